//! How a body uses the key of its call, by its tokens.

use super::function::Function;
use super::signature::FunctionKind;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Block, Stmt};

/// Whether a variable is used: named as a value, and not as a field, a binding or
/// a word of some text. `"{key}"` uses it in a macro, which may print it.
pub(crate) fn is_used(body: &TokenStream, key: &Ident) -> bool {
    let name = key.unraw();
    is_used_in(body, &name, &format!("{{{name}"), false)
}

fn is_used_in(tokens: &TokenStream, name: &Ident, formatted: &str, in_macro: bool) -> bool {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| match token {
        TokenTree::Ident(ident) => ident.unraw() == *name && is_value(&tokens, at),
        TokenTree::Group(group) => {
            let begins_macro = is_punct(&tokens, at.checked_sub(1), '!');
            is_used_in(&group.stream(), name, formatted, in_macro || begins_macro)
        }
        TokenTree::Literal(literal) => in_macro && literal.to_string().contains(formatted),
        TokenTree::Punct(_) => false,
    })
}

/// Whether a name stands for a value: not in `a.key`, `a::key`, `key::a`, `key()`,
/// `key!()`, `let key`, `key: 1`, `'key`.
fn is_value(tokens: &[TokenTree], at: usize) -> bool {
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    let is_range = is_punct(tokens, at.checked_sub(2), '.');
    let is_field = is_punct(tokens, before, '.') && !is_range;
    let is_in_path = is_punct(tokens, before, ':') && is_punct(tokens, at.checked_sub(2), ':');
    let is_bound = matches!(before.and_then(|at| tokens.get(at)), Some(TokenTree::Ident(word)) if word == "let" || word == "mut" && !is_punct(tokens, at.checked_sub(2), '&'));
    let is_called = matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    let is_label = is_punct(tokens, after, ':') || is_punct(tokens, before, '\'');
    let is_macro = is_punct(tokens, after, '!') && !is_punct(tokens, Some(at + 2), '=');
    !(is_field || is_in_path || is_bound || is_called || is_label || is_macro)
}

fn is_punct(tokens: &[TokenTree], at: Option<usize>, sign: char) -> bool {
    let token = at.and_then(|at| tokens.get(at));
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The part of a body that is run anew by each attempt.
pub(crate) fn attempt_of(function: &Function, kind: FunctionKind) -> TokenStream {
    let body = function.body_tokens();
    let FunctionKind::Future { .. } = kind else {
        return body;
    };
    let stmts = Block::parse_within.parse2(body.clone());
    match stmts.as_deref() {
        Ok([.., Stmt::Expr(tail, _)]) => quote::quote!(#tail),
        _ => body,
    }
}

/// The type of a key.
pub(crate) const TYPE: &str = "IdempotencyKey";

/// Where `IdempotencyKey::new` is named, also as `<IdempotencyKey>::new`.
pub(crate) fn made_in(tokens: &TokenStream) -> Vec<Span> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ty) if ty == TYPE => {
                let behind = if is_qualified(&tokens, at) {
                    at + 2
                } else {
                    at + 1
                };
                let is_path = is_punct(&tokens, Some(behind), ':')
                    && is_punct(&tokens, Some(behind + 1), ':');
                match tokens.get(behind + 2) {
                    Some(TokenTree::Ident(new)) if is_path && new == "new" => {
                        found.push(new.span());
                    }
                    _ => {}
                }
            }
            TokenTree::Group(group) => found.extend(made_in(&group.stream())),
            _ => {}
        }
    }
    found
}

/// Whether a type stands in brackets of its own: not in those of a generic type.
fn is_qualified(tokens: &[TokenTree], at: usize) -> bool {
    let before = at.checked_sub(2).and_then(|at| tokens.get(at));
    let is_argument =
        matches!(before, Some(TokenTree::Ident(_))) || is_punct(tokens, at.checked_sub(2), ':');
    is_punct(tokens, at.checked_sub(1), '<') && is_punct(tokens, Some(at + 1), '>') && !is_argument
}
