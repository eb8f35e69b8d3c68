//! Markers in the body of a function, by which attributes tell one another that they
//! were there. Attributes are expanded one after the other, and an alias hides their
//! names: all that one can know of those before it is what they left in the tokens.

use super::function::{Function, FunctionBody};
use super::tokens::code;
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

    /// The marker: a constant without effect.
    pub(crate) fn tokens(self) -> TokenStream {
        let name = Ident::new(self.name(), Span::mixed_site());
        code!(const #name: () = ();)
    }

    /// Whether the marker is in the body, however deep other attributes have wrapped it.
    pub(crate) fn is_on(self, function: &Function) -> bool {
        function.words().contain_any(&[self.name()])
    }

    /// Puts the marker at the head of the body, once.
    pub(crate) fn put_on(self, function: &mut Function) {
        if let (FunctionBody::Block(_), false) = (&function.body, self.is_on(function)) {
            let mark = self.tokens();
            let body = function.body_tokens();
            function.set_body(code!(#mark #body));
        }
    }
}

/// What a retried function calls the runtime's hidden module. Only retried functions do,
/// and all of them; so this name is their marker, which costs no item of its own.
pub(crate) const RUNTIME_ALIAS: &str = "__retry";

/// Whether the function is retried already.
pub(crate) fn is_retried(function: &Function) -> bool {
    function.words().contain_any(&[RUNTIME_ALIAS])
}
