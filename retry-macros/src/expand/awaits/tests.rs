//! What of a body is checked, and how: `cases.txt` has a body a line, and below it the body
//! as it is rewritten. `GOLDEN=overwrite cargo test -p retry-macros awaits` writes the second
//! lines anew. Read the difference before you keep it.

use super::before::check_before;
use super::{Caller, checked, checked_future};
use crate::syntax::words::Words;
use crate::tests::printer;
use crate::tests::source::tokens;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use std::{env, fs};
use syn::Block;
use syn::parse::Parser;

const CASES: &str = include_str!("cases.txt");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/expand/awaits/cases.txt");

/// What stands below a body in which nothing is checked.
const NOTHING: &str = "(as it is)";

/// A body of a function that has the argument `given`, as its kind says: `async`, `sync`,
/// with a `key`, only `declared` idempotent, such a `future`, or what stands `before` an
/// attempt, which is all after `==>`.
fn rewritten(kind: &str, body: &str) -> Option<TokenStream> {
    let rt = Ident::new("__retry", Span::call_site());
    let caller = Caller {
        rt: &rt,
        parameters: &[format_ident!("given")],
        has_key: kind.contains("key"),
        is_sync: kind.contains("sync") && !kind.contains("async"),
        is_declared: kind.contains("declared") || kind == "future",
    };
    if let Some((before, attempt)) = body.split_once("==>").filter(|_| kind.contains("before")) {
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

#[test]
fn what_is_awaited_and_handed_on_is_checked_as_shown() {
    let mut new = String::new();
    for line in CASES.lines().filter(|line| !line.starts_with("    ")) {
        new += line;
        new.push('\n');
        if let Some((kind, body)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
            let rewritten = rewritten(kind, body).map_or_else(|| NOTHING.to_owned(), printer::line);
            new.extend(["    ", &rewritten, "\n"]);
        }
    }
    if env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        fs::write(FILE, &new).expect("written");
        return;
    }
    for (is, was) in new.lines().zip(CASES.lines()) {
        assert_eq!(is, was, "see GOLDEN=overwrite in {}", file!());
    }
    assert_eq!(
        new.len(),
        CASES.len(),
        "see GOLDEN=overwrite in {}",
        file!()
    );
}
