//! What is to be expanded: the checked options and the function's shape. Only
//! `check` builds a plan; `expand` sees nothing else of the attribute.

pub(crate) mod from_options;

use crate::expand::awaits::Caller;
use crate::options::callable::Call;
use crate::options::closure::{Fallback, Hook};
use crate::syntax::signature::Shape;
use proc_macro2::{Span, TokenStream};
use syn::{Ident, Type};

/// Which of the two attributes it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `#[retry]`
    Any,
    /// `#[retry_unsent]`
    Unsent,
}

/// A retried function, ready to be written out.
pub(crate) struct RetryPlan {
    /// The names of the function's arguments, and those that options bind.
    pub(crate) parameters: Vec<Ident>,
    /// The runtime's hidden module.
    pub(crate) runtime: TokenStream,
    /// Its name in the body: a path a use would be most of what is written.
    pub(crate) rt: TokenStream,
    /// What logs and metrics call the function.
    pub(crate) name: TokenStream,
    pub(crate) policy: PolicyPlan,
    /// The user's own backoff.
    pub(crate) backoff: Option<TokenStream>,
    /// Whether attempts, or the call, can be cut.
    pub(crate) timed: bool,
    pub(crate) on: Option<Call>,
    pub(crate) on_ok: Option<Call>,
    pub(crate) elapsed: Option<Call>,
    pub(crate) before_retry: Option<Hook>,
    pub(crate) attempt: Option<Ident>,
    pub(crate) hedge: Option<HedgePlan>,
    pub(crate) budget: BudgetPlan,
    /// The circuit breaker.
    pub(crate) breaker: Option<TokenStream>,
    pub(crate) rejected: Option<Call>,
    pub(crate) fallback: Option<Fallback>,
    /// Whether the calls inside may retry while this one is on a retry.
    pub(crate) nested: bool,
    /// The name under which the body sees the call's key.
    pub(crate) key: Option<Ident>,
    /// Whether that key is made here, and not an argument.
    pub(crate) makes_key: bool,
    /// Where `strict` stands, if a declaration has still to be found.
    pub(crate) strict: Option<Span>,
    /// Where `spans` stands, if each attempt is to have one.
    pub(crate) spans: Option<Span>,
    pub(crate) kind: Kind,
    /// The function that waits.
    pub(crate) sleep: TokenStream,
    pub(crate) timer: Timer,
    pub(crate) shape: Shape,
    /// The `fn` of the function.
    pub(crate) head: Span,
    /// What an attempt ends in, as a local's type.
    pub(crate) output: Type,
}

impl RetryPlan {
    /// Whether only what was not sent is retried.
    pub(crate) fn is_unsent(&self) -> bool {
        self.kind == Kind::Unsent
    }

    /// The function, for what its body calls.
    pub(crate) fn caller(&self) -> Caller<'_> {
        Caller {
            rt: &self.rt,
            parameters: &self.parameters,
            has_key: self.key.is_some(),
            is_sync: self.shape.is_sync(),
            is_declared: false,
        }
    }

    /// Whether an attempt can be cut: a synchronous one cannot.
    pub(crate) fn cuts(&self) -> bool {
        self.timed && !self.shape.is_sync()
    }
}

impl RetryPlan {
    /// Whether the body or the hook sees its `Attempt`, and may choose a node.
    pub(crate) fn names_attempt(&self) -> bool {
        let by_hook = self.before_retry.as_ref();
        self.attempt.is_some()
            || by_hook.is_some_and(|hook| !matches!(hook.retry, syn::Pat::Wild(_)))
    }
}

/// When attempts start beside others, and how many.
pub(crate) struct HedgePlan {
    pub(crate) after: TokenStream,
    pub(crate) beside: usize,
}

/// Whose timer it is that waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The runtime's, in an async fn.
    Own,
    /// The user's, or that of a sync fn.
    Other,
}

/// What pays for retries.
pub(crate) enum BudgetPlan {
    None,
    /// A static of the function, made by this expression.
    Static(TokenStream),
    /// The user's own.
    Given(TokenStream),
}

/// The policy of a call site.
pub(crate) enum PolicyPlan {
    /// Known at compile time: one static a function.
    Static(TokenStream),
    /// Made anew for each call.
    Local(TokenStream),
}
