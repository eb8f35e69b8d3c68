//! Marks in a function's body, by which one attribute tells another that it
//! was there: attributes are expanded one after the other, under any alias,
//! and see of those before only what they left in the tokens.

use super::function::{Body, Function};
use super::tokens::{code, contains};
use proc_macro2::{Ident, Span, TokenStream};

/// What an attribute says of the function that it was on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Marker {
    Idempotent,
    NonIdempotent,
    Retried,
    /// Retried where nothing was sent.
    Unsent,
}

impl Marker {
    const fn name(self) -> &'static str {
        match self {
            Self::Idempotent => "__RETRY_MARK_IDEMPOTENT",
            Self::NonIdempotent => "__RETRY_MARK_NON_IDEMPOTENT",
            // The call site itself, where it is a static.
            Self::Retried => "__RETRY_SITE",
            Self::Unsent => "__RETRY_MARK_UNSENT",
        }
    }

    /// An item that does nothing and carries the mark.
    pub(crate) fn tokens(self) -> TokenStream {
        let name = Ident::new(self.name(), Span::mixed_site());
        code!(const #name: () = ();)
    }

    /// Whether the body carries the mark, however deep other attributes have
    /// wrapped it by now.
    pub(crate) fn is_on(self, function: &Function) -> bool {
        contains(function.body_tokens(), self.name())
    }

    /// Puts the mark at the head of the body, if there is none in it.
    pub(crate) fn put_on(self, function: &mut Function) {
        if let (Body::Block(_), false) = (&function.body, self.is_on(function)) {
            let mark = self.tokens();
            let body = function.body_tokens();
            function.set_body(code!(#mark #body));
        }
    }
}
