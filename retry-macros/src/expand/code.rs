//! Code of the user's in an option.

use super::Loop;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};

impl Loop<'_> {
    /// Code of the user's in an option, where the loop stands.
    pub(super) fn code(&self, tokens: &TokenStream) -> TokenStream {
        match self.self_name {
            Some(name) => rename_self(tokens.clone(), name),
            None => tokens.clone(),
        }
    }
}

/// `self` under its other name, at the same place.
fn rename_self(tokens: TokenStream, name: &str) -> TokenStream {
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
