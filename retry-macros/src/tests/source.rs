//! Reads what a test has as text.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens of some code, in which `fragment!(..)` stands for a fragment of a
/// `macro_rules!`, such as `$call`: what it stands for is in a group without delimiters.
pub(crate) fn tokens(code: &str) -> TokenStream {
    let tokens: TokenStream = code
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {code}"));
    with_fragments(tokens)
}

fn with_fragments(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    let is_fragment =
        |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "fragment");
    while let Some(at) = tokens.iter().position(is_fragment) {
        drop(tokens.drain(at..at + 2));
        let TokenTree::Group(group) = &mut tokens[at] else {
            panic!("a fragment of nothing");
        };
        *group = Group::new(Delimiter::None, group.stream());
    }
    let nested = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inside = with_fragments(group.stream());
            Group::new(group.delimiter(), inside).into()
        }
        other => other,
    });
    nested.collect()
}
