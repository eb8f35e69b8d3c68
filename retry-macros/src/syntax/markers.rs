//! Marks in a function's body, by which one attribute tells another that it
//! was there: attributes are expanded one after the other, under any alias,
//! and see of those before only what they left in the tokens.

use super::function::{Function, FunctionBody};
use super::tokens::{code, contains};
use proc_macro2::{Ident, Span, TokenStream};

/// What an attribute says of the function that it was on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Marker {
    Idempotent,
    NonIdempotent,
    RetryUnsent,
}

impl Marker {
    const fn name(self) -> &'static str {
        match self {
            Self::Idempotent => "__RETRY_MARK_IDEMPOTENT",
            Self::NonIdempotent => "__RETRY_MARK_NON_IDEMPOTENT",
            Self::RetryUnsent => "__RETRY_MARK_UNSENT",
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
        if let (FunctionBody::Block(_), false) = (&function.body, self.is_on(function)) {
            let mark = self.tokens();
            let body = function.body_tokens();
            function.set_body(code!(#mark #body));
        }
    }
}

/// What a retried function calls the runtime's hidden module. Every one of them does,
/// and nothing else; so this is the mark of a retried function, and costs it no item.
pub(crate) const RUNTIME_ALIAS: &str = "__retry";

/// Whether the function is retried already.
pub(crate) fn is_retried(function: &Function) -> bool {
    contains(function.body_tokens(), RUNTIME_ALIAS)
}
