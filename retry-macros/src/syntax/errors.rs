//! The errors of one attribute, collected and reported together.

use super::tokens::code;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::Display;

/// Collects errors until [`Errors::into_tokens`] writes them. To forget that would
/// swallow a user's error, so it panics in debug builds.
#[derive(Default)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
    /// The span of the user's own attribute, where another attribute macro was written
    /// for it: `retry_method` for the `#[retry]` of a method.
    attribute: Option<Span>,
    taken: bool,
}

impl Errors {
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.list.push(syn::Error::new(span, message));
    }

    /// Where something is wrong with what stands there.
    pub(crate) fn check_at(&mut self, span: Span, checked: Result<(), impl Display>) {
        if let Err(message) = checked {
            self.at(span, message);
        }
    }

    /// Errors of an attribute that stands at `span`.
    pub(crate) fn of(span: Span) -> Self {
        let mut errors = Self::default();
        errors.attribute = Some(span);
        errors
    }

    /// At the attribute.
    pub(crate) fn at_attribute(&mut self, message: impl Display) {
        self.at(self.attribute.unwrap_or_else(Span::call_site), message);
    }

    /// At these tokens, from the first to the last.
    pub(crate) fn on(&mut self, tokens: &impl ToTokens, message: impl Display) {
        self.list.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    /// The value, or `None` and one error more.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn into_tokens(mut self) -> TokenStream {
        self.taken = true;
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(
            self.taken || std::thread::panicking(),
            "errors were collected and never reported"
        );
    }
}

/// The item, followed by its errors.
pub(crate) fn with_errors(item: TokenStream, errors: Errors) -> TokenStream {
    let errors = errors.into_tokens();
    code!(#item #errors)
}
