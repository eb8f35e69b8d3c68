//! What of a body is checked, and how: `cases.txt` has a body a line, and below it the body
//! as it is rewritten. `GOLDEN=overwrite cargo test -p retry-macros awaits` writes the second
//! lines anew. Read the difference before you keep it.

use super::before::check_before;
use super::{Caller, checked, checked_future};
use crate::syntax::words::Words;
use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::{env, fs};
use syn::Block;
use syn::parse::Parser;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expand/awaits/cases.txt");

/// What stands below a body in which nothing is checked.
const NOTHING: &str = "(as it is)";

/// A body of a function that has the argument `given`, as its kind says: `async`, `sync`,
/// with a `key`, only `declared` idempotent, such a `future`, or what stands `before` an
/// attempt, which is all after `=>`.
fn rewritten(kind: &str, body: &str) -> Option<TokenStream> {
    let rt = Ident::new("rt", Span::call_site());
    let caller = Caller {
        rt: &rt,
        parameters: &[format_ident!("given")],
        has_key: kind.contains("key"),
        is_sync: kind.contains("sync") && !kind.contains("async"),
        is_declared: kind.contains("declared") || kind == "future",
    };
    let tokens = |code: &str| code.parse::<TokenStream>().expect("tokens");
    if let Some((before, attempt)) = body.split_once("=>").filter(|_| kind.contains("before")) {
        let mut stmts = Block::parse_within
            .parse2(tokens(before))
            .expect("statements");
        check_before(&mut stmts, &Words::of(tokens(attempt)), caller);
        return Some(quote!(#(#stmts)*));
    }
    let body = tokens(body);
    let words = Words::of(body.clone());
    if kind == "future" {
        checked_future(&body, &words, caller)
    } else {
        checked(&body, &words, caller)
    }
}

/// The tokens with the calls of the runtime by their names alone: `(rt::Operand)(x).__pass()`
/// as `Operand(x)`.
fn shown(tokens: TokenStream) -> String {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    // `rt::`, and the call of a method that each check ends in.
    let is = |token: &TokenTree, text: &str| token.to_string() == text;
    while let Some(at) = tokens.iter().position(|token| is(token, "rt")) {
        drop(tokens.drain(at..at + 3));
    }
    while let Some(at) = tokens.iter().position(|token| is(token, "__pass")) {
        drop(tokens.drain(at - 1..at + 2));
    }
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        if before.is_some_and(|before| is_apart(before, token)) {
            text.push(' ');
        }
        match token {
            TokenTree::Group(group) => {
                let inside = shown(group.stream());
                text += &match group.delimiter() {
                    // What is in parentheses on its own is the name of a check.
                    Delimiter::Parenthesis if OURS.contains(&inside.as_str()) => inside,
                    Delimiter::Parenthesis => format!("({inside})"),
                    Delimiter::Bracket => format!("[{inside}]"),
                    Delimiter::Brace => format!("{{ {inside} }}"),
                    Delimiter::None => inside,
                };
            }
            other => text += &other.to_string(),
        }
    }
    text
}

const OURS: &[&str] = &["Operand", "OperandOfIdempotent", "Operands", "operands_of"];

/// Whether there is a space between two tokens.
fn is_apart(before: &TokenTree, after: &TokenTree) -> bool {
    match (before, after) {
        (TokenTree::Punct(before), _) if before.spacing() == Spacing::Joint => false,
        (_, TokenTree::Punct(after)) if ".,;:?".contains(after.as_char()) => false,
        (TokenTree::Punct(before), _) => !".:&!#'*|".contains(before.as_char()),
        (_, TokenTree::Punct(after)) => !"!|".contains(after.as_char()),
        (_, TokenTree::Group(after)) => after.delimiter() == Delimiter::Brace,
        _ => true,
    }
}

#[test]
fn what_is_awaited_and_handed_on_is_checked_as_shown() {
    let file = fs::read_to_string(FILE).expect("the cases");
    let mut new = String::new();
    for line in file.lines().filter(|line| !line.starts_with("    ")) {
        new += line;
        new.push('\n');
        if let Some((kind, body)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
            let rewritten = rewritten(kind, body).map_or_else(|| NOTHING.to_owned(), shown);
            new += &format!("    {rewritten}\n");
        }
    }
    if env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        fs::write(FILE, &new).expect("written");
        return;
    }
    for (is, was) in new.lines().zip(file.lines()) {
        assert_eq!(is, was, "see GOLDEN=overwrite in {}", file!());
    }
    assert_eq!(new.len(), file.len(), "see GOLDEN=overwrite in {}", file!());
}
