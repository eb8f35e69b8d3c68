//! The attributes and derives. Whatever stands in them and under them: no
//! panic, the item comes out, and where it was Rust it still is.

use crate::fragments;
use crate::stages::derive::{operation, transient};
use crate::stages::entry;
use crate::stages::syntax::runtime_path::Home;
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::str::FromStr;

/// What is written above an item.
#[derive(Clone, Copy, Debug)]
enum Macro {
    Attribute(&'static str, fn(TokenStream, TokenStream) -> TokenStream),
    Derive(fn(TokenStream) -> TokenStream),
}

const MACROS: [Macro; 12] = [
    Macro::Attribute("retry", entry::retry),
    Macro::Attribute("retry_unsent", entry::retry_unsent),
    Macro::Attribute("retry_method", entry::retry_method),
    Macro::Attribute("idempotent", |options, item| {
        entry::idempotent(options, item, Home::Runtime)
    }),
    Macro::Attribute("non_idempotent", |options, item| {
        entry::non_idempotent(options, item, Home::Runtime)
    }),
    Macro::Derive(|item| operation::derive(item, Home::Runtime)),
    Macro::Derive(transient::derive),
    Macro::Attribute("retry_unsent_last", entry::retry_unsent_last),
    Macro::Attribute("non_idempotent_last", |options, item| {
        entry::non_idempotent_last(options, item, Home::Runtime)
    }),
    // As the crate of the marks alone has them.
    Macro::Attribute("idempotent", |options, item| {
        entry::idempotent(options, item, Home::Marks)
    }),
    Macro::Derive(|item| operation::derive(item, Home::Marks)),
    // Twice as often as the others.
    Macro::Attribute("retry", entry::retry),
];

/// One byte for the macro, its options up to the first `@@`, then the item, as
/// text.
pub fn attribute(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    let (options, item) = text.split_once("@@").unwrap_or(("", &text));
    let (Ok(options), Ok(item)) = (TokenStream::from_str(options), TokenStream::from_str(item))
    else {
        return;
    };
    // Brackets a hundred deep are a question of the stack's size, to rustc too.
    if depth(&options).max(depth(&item)) < 64 {
        run(*choice, &options, &item);
    }
}

/// The same from fragments that the bytes choose, so that most of it is nearly
/// right; with groups without delimiters too, which no text has.
pub fn attribute_fragments(data: &[u8]) {
    let mut choices = fragments::Choices::new(data);
    let choice = choices.byte();
    let options = fragments::options(&mut choices);
    let item = fragments::item(&mut choices);
    let options = fragments::mutated(options, &mut choices);
    let item = fragments::mutated(item, &mut choices);
    run(choice, &options, &item);
}

fn run(choice: u8, options: &TokenStream, item: &TokenStream) {
    match MACROS[usize::from(choice) % MACROS.len()] {
        Macro::Attribute(name, macro_) => {
            let out = macro_(options.clone(), item.clone());
            check_attribute(name, options, item, &out);
        }
        Macro::Derive(macro_) => {
            let out = macro_(item.clone());
            assert!(is_file(&out), "derive on `{item}` gives `{out}`");
        }
    }
}

fn check_attribute(name: &str, options: &TokenStream, item: &TokenStream, out: &TokenStream) {
    let told = || format!("#[{name}({options})] {item}\ngives\n{out}");
    if is_in_impl(item) {
        assert!(is_in_impl(out), "no longer Rust: {}", told());
    } else if is_in_trait(item) {
        assert!(is_in_trait(out), "no longer Rust: {}", told());
    } else if is_file(item) {
        assert!(is_file(out), "no longer Rust: {}", told());
    }
    let (before, after) = (words(item), words(out));
    let failed = |words: &[String]| words.iter().filter(|word| *word == "compile_error").count();
    // Where the item is only handed on, each of its words is. `non_idempotent`
    // changes it in any case. The order is not looked at: syn prints lifetimes
    // before types, wherever they stood.
    if failed(&after) > failed(&before) && !name.starts_with("non_idempotent") {
        let mut left = after;
        for word in &before {
            let at = left.iter().position(|other| other == word);
            // `where` without a condition is not printed.
            assert!(
                at.is_some() || word == "where",
                "`{word}` is lost: {}",
                told()
            );
            at.map(|at| left.swap_remove(at));
        }
    } else if let Some(name) = name_of(item) {
        assert!(words(out).contains(&name), "`{name}` is lost: {}", told());
    }
}

/// Whether it is Rust in an impl block.
fn is_in_impl(item: &TokenStream) -> bool {
    syn::parse2::<syn::ItemImpl>(quote!(impl X { #item })).is_ok()
}

fn is_in_trait(item: &TokenStream) -> bool {
    syn::parse2::<syn::ItemTrait>(quote!(trait X { #item })).is_ok()
}

fn is_file(item: &TokenStream) -> bool {
    syn::parse2::<syn::File>(item.clone()).is_ok()
}

/// The name of the first function.
fn name_of(item: &TokenStream) -> Option<String> {
    let function: syn::Signature = syn::parse2::<syn::ItemFn>(item.clone()).ok()?.sig;
    Some(function.ident.to_string())
}

/// Identifiers and literals, in their order.
fn words(tokens: &TokenStream) -> Vec<String> {
    let of_token = |token: TokenTree| match token {
        TokenTree::Group(group) => words(&group.stream()),
        TokenTree::Punct(_) => Vec::new(),
        word => vec![word.to_string()],
    };
    tokens.clone().into_iter().flat_map(of_token).collect()
}

/// How deep the brackets go.
fn depth(tokens: &TokenStream) -> usize {
    let of_token = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + depth(&group.stream()),
        _ => 0,
    };
    tokens.clone().into_iter().map(of_token).max().unwrap_or(0)
}
