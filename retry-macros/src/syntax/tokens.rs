//! Small helpers on tokens.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::Expr;

/// Like [`quote!`](quote::quote), but local names resolve at mixed-site hygiene: a
/// variable of generated code and one of the user's are never the same.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use code;

/// Whether the first statement is an item, as far as its first word tells.
pub(crate) fn begins_with_item(tokens: &TokenStream) -> bool {
    const WORDS: &[&str] = &[
        "const",
        "enum",
        "extern",
        "fn",
        "impl",
        "macro_rules",
        "mod",
        "pub",
        "static",
        "struct",
        "trait",
        "type",
        "union",
        "unsafe",
        "use",
    ];
    let mut tokens = tokens.clone().into_iter();
    loop {
        match tokens.next() {
            // An attribute is `#` and a group.
            Some(TokenTree::Punct(punct)) if punct.as_char() == '#' => drop(tokens.next()),
            Some(TokenTree::Ident(word)) => return WORDS.iter().any(|item| word == item),
            _ => return false,
        }
    }
}

/// A block of these tokens between the braces of a closure's body, if it has any: coverage
/// tools look for the user's code between the user's braces.
pub(crate) fn block_like(body: &Expr, tokens: TokenStream) -> Group {
    let mut block = Group::new(Delimiter::Brace, tokens);
    block.set_span(match body {
        Expr::Block(body) => body.block.brace_token.span.join(),
        _ => Span::mixed_site(),
    });
    block
}

/// A group with other tokens, and the delimiter and the span of this one.
pub(crate) fn group_like(group: &Group, tokens: TokenStream) -> Group {
    let mut new = Group::new(group.delimiter(), tokens);
    new.set_span(group.span());
    new
}

/// Renames `self`, and keeps its spans.
pub(crate) fn rename_self(tokens: TokenStream, name: &str) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "self" => {
                TokenTree::Ident(Ident::new(name, ident.span()))
            }
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), rename_self(group.stream(), name));
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            other => other,
        })
        .collect()
}

/// The body of a closure without the braces of a block: rustc would warn that they are
/// not needed where the body is inlined.
pub(crate) fn statements(body: &Expr) -> TokenStream {
    match body {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => {
            let stmts = &block.block.stmts;
            quote::quote!(#(#stmts)*)
        }
        other => quote::quote!(#other),
    }
}
