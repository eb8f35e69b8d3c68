//! What is to be written, as values: the checked options, and what was found out
//! about the function. `expand` sees nothing else of the attribute. Where a value
//! is code of the user's, it is carried as syn's nodes; there are no tokens of ours.

use crate::syntax::runtime_path::RuntimePath;
use crate::syntax::signature::FunctionKind;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use retry_words::{Argument, Backoff, Jitter};
use std::time::Duration;
use syn::{Expr, ExprClosure, ExprPath, Ident, LitStr, Pat, Type};

/// Which of the two attributes it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAttribute {
    /// `#[retry]`
    Retry,
    /// `#[retry_unsent]`
    RetryUnsent,
}

/// A retried function, ready to be written out.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an answer of its own"
)]
pub(crate) struct RetryPlan {
    pub(crate) attribute: RetryAttribute,
    pub(crate) runtime: RuntimePath,
    /// What logs and metrics call the function.
    pub(crate) name: NamePlan,
    /// To whom the calls go.
    pub(crate) target: Option<Expr>,
    pub(crate) policy: PolicyPlan,
    /// The user's own backoff: a `Backoff`, or an iterator of delays.
    pub(crate) backoff: Option<Expr>,
    /// Whether attempts, or the call, can be cut.
    pub(crate) timed: bool,
    /// Whether the time within which retries start can be limited.
    pub(crate) retries_for: bool,
    pub(crate) on: Option<OnPlan>,
    pub(crate) on_ok: Option<Callable>,
    pub(crate) until: Option<Callable>,
    pub(crate) unfinished: Option<Callable>,
    pub(crate) elapsed: Option<Callable>,
    pub(crate) notify: Option<NotifyPlan>,
    pub(crate) before_retry: Option<BeforeRetry>,
    /// The name under which the body sees its `Attempt`.
    pub(crate) attempt: Option<Ident>,
    pub(crate) hedge: Option<HedgePlan>,
    pub(crate) budget: BudgetPlan,
    /// The circuit breaker.
    pub(crate) breaker: Option<Expr>,
    pub(crate) rejected: Option<Callable>,
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
    /// The user's own timer, if the runtime's is not to wait.
    pub(crate) sleep: Option<SleepPlan>,
    pub(crate) function_kind: FunctionKind,
    /// The `fn` of the function.
    pub(crate) fn_span: Span,
    /// What an attempt ends in, as a local's type.
    pub(crate) output: Type,
}

impl RetryPlan {
    /// Whether the terms of an attempt hold what an expression of the user's makes.
    pub(crate) fn terms_borrow(&self) -> bool {
        matches!(self.budget, BudgetPlan::Given(_))
            || matches!(self.name, NamePlan::Given(_))
            || self.target.is_some()
    }

    /// Whether only errors are judged, and nothing but the loop asks for the judgement.
    pub(crate) fn judges_errors_alone(&self) -> bool {
        self.on_ok.is_none() && self.until.is_none() && self.breaker.is_none()
    }

    /// Whether only what was not sent is retried.
    pub(crate) fn is_unsent(&self) -> bool {
        self.attribute == RetryAttribute::RetryUnsent
    }

    /// Whether an attempt can be cut: a synchronous one cannot.
    pub(crate) fn cuts(&self) -> bool {
        self.timed && !self.function_kind.is_sync()
    }

    /// Whether the outcome need not be a `Result`: a predicate sees all of it then.
    pub(crate) fn sees_whole(&self) -> bool {
        self.until.is_some() || self.on_ok.is_some()
    }

    /// Whether `before_retry` is given the error before it.
    pub(crate) fn hook_sees_error(&self) -> bool {
        let before_retry = self.before_retry.as_ref();
        before_retry.is_some_and(|closure| closure.error.is_some())
    }

    /// Whether `elapsed` is given the last error before it.
    pub(crate) fn elapsed_sees_last(&self) -> bool {
        self.cuts() && self.elapsed.as_ref().is_some_and(Callable::takes_two)
    }

    /// Whether the body or `before_retry` sees its `Attempt`, and may choose a node.
    pub(crate) fn names_attempt(&self) -> bool {
        let before_retry = self.before_retry.as_ref();
        self.attempt.is_some()
            || matches!(self.on, Some(OnPlan::AskedWith(_)))
            || before_retry.is_some_and(|closure| !matches!(closure.retry, Pat::Wild(_)))
    }
}

/// A value with the span where it was written.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// The value of a key that takes a literal or an expression.
#[derive(Clone)]
pub(crate) enum Setting<T> {
    Literal(Spanned<T>),
    Expr(Expr),
}

impl<T> Setting<T> {
    pub(crate) fn literal(&self) -> Option<&Spanned<T>> {
        match self {
            Self::Literal(spanned) => Some(spanned),
            Self::Expr(_) => None,
        }
    }
}

/// What logs and metrics call the function.
#[derive(Clone)]
pub(crate) enum NamePlan {
    /// In the user's own words.
    Written(LitStr),
    /// An expression, which is evaluated where a log line or a metric needs the name.
    Given(Expr),
    /// The path of the function's module, between these two.
    InModule { before: String, behind: String },
    /// The path of the function, as the compiler knows it.
    Path,
}

/// The policy: what it begins with, and what the attribute's keys change of it.
pub(crate) struct PolicyPlan {
    /// The user's own, or else the default.
    pub(crate) base: Option<Expr>,
    pub(crate) max: Option<Setting<u32>>,
    /// Whether it is a poll's, which time alone bounds where no number is written.
    pub(crate) polls: bool,
    pub(crate) backoff: Option<PolicyBackoff>,
    pub(crate) jitter: Option<Jitter>,
    pub(crate) timeout: LimitPlan,
    pub(crate) deadline: LimitPlan,
    pub(crate) retry_for: LimitPlan,
}

/// The backoff of a policy.
pub(crate) enum PolicyBackoff {
    Words(Backoff),
    /// `as_item` where an item of its own can name the constants.
    Constants {
        backoff: ConstantBackoff,
        as_item: bool,
    },
}

impl PolicyPlan {
    /// Whether neither a number nor a time of the user's bounds the retries.
    pub(crate) fn has_default_max(&self) -> bool {
        self.base.is_none()
            && self.max.is_none()
            && !self.polls
            && !matches!(self.retry_for, LimitPlan::Set(_))
    }

    /// Whether there is a backoff, whatever central rules make of it.
    pub(crate) fn waits(&self) -> bool {
        self.base.is_none()
            && !matches!(self.backoff, Some(PolicyBackoff::Words(it)) if it == Backoff::none())
    }

    /// Whether all of it is known at compile time: then it is one static of the
    /// function, and else it is made anew for each call.
    pub(crate) fn is_constant(&self) -> bool {
        let is_item = !matches!(
            self.backoff,
            Some(PolicyBackoff::Constants { as_item: false, .. })
        );
        is_item
            && self.base.is_none()
            && !matches!(self.max, Some(Setting::Expr(_)))
            && [&self.timeout, &self.deadline, &self.retry_for]
                .iter()
                .all(|limit| !matches!(limit, LimitPlan::Set(Setting::Expr(_))))
    }
}

/// The `timeout`, the `deadline` or the `retry_for` of a policy.
pub(crate) enum LimitPlan {
    /// As the policy has it.
    Kept,
    /// `none`: the limit that the policy brings does not hold.
    Lifted,
    Set(Setting<Duration>),
}

impl LimitPlan {
    /// Whether there may be such a limit, under a policy of the user's or without one.
    pub(crate) fn may_hold(&self, has_policy: bool) -> bool {
        match self {
            Self::Kept => has_policy,
            Self::Lifted => false,
            Self::Set(_) => true,
        }
    }
}

/// What was written for `backoff`.
#[derive(Clone)]
pub(crate) enum BackoffPlan {
    /// One of ours, checked.
    Words(Backoff),
    /// One of ours with constants of the user's in it, which the compiler checks.
    Constants(ConstantBackoff),
    /// A `Backoff` or an iterator of the user's own.
    Given(Expr),
}

/// One of our backoffs with constants of the user's in it.
#[derive(Clone)]
pub(crate) struct ConstantBackoff {
    pub(crate) kind: &'static str,
    pub(crate) arguments: Vec<BackoffArgument>,
}

/// An argument of a backoff.
#[derive(Clone)]
pub(crate) enum BackoffArgument {
    Known(Argument),
    /// The path of a constant.
    Constant(ExprPath),
}

impl ConstantBackoff {
    /// The paths of its constants.
    pub(crate) fn constants(&self) -> impl Iterator<Item = &ExprPath> {
        self.arguments.iter().filter_map(|argument| match argument {
            BackoffArgument::Constant(path) => Some(path),
            BackoffArgument::Known(_) => None,
        })
    }

    /// Whether an item of its own can name them, which is checked before the function is
    /// built. It can name neither `Self` nor type parameters, of which those of an impl
    /// block are not seen here: a short name is taken for one.
    pub(crate) fn is_item(&self, parameters: &[Ident]) -> bool {
        self.constants().all(|constant| {
            let segments = &constant.path.segments;
            let first = segments.first().map(|first| &first.ident);
            let is_parameter = |name: &Ident| {
                parameters.contains(name) || (segments.len() > 1 && name.to_string().len() == 1)
            };
            constant.qself.is_none()
                && first.is_some_and(|name| name != "Self" && !is_parameter(name))
        })
    }
}

/// What pays for retries.
#[derive(Clone)]
pub(crate) enum BudgetPlan {
    /// The default, as a static of the function.
    Standard,
    None,
    /// A share of the successes, as a static of the function.
    Percent(u32),
    /// The user's own, a `&Budget`.
    Given(Expr),
}

/// When attempts start beside others, and how many.
#[derive(Clone)]
pub(crate) struct HedgePlan {
    pub(crate) after: Setting<Duration>,
    /// How many attempts may run beside the first.
    pub(crate) beside: usize,
}

/// What was written for `on`.
#[derive(Clone)]
pub(crate) enum OnPlan {
    /// `always`: all errors are retried.
    Always,
    /// `known`: what the library knows of the error decides.
    Known,
    /// A function of the error.
    Asked(Callable),
    /// A closure of the error and the attempt.
    AskedWith(ExprClosure),
}

/// Code of the user's that is called with one value.
#[derive(Clone)]
pub(crate) enum Callable {
    /// Called directly, so that coercions work.
    Path(ExprPath),
    /// A closure, or what evaluates to something callable.
    Value(Expr),
}

impl Callable {
    /// Whether it is a closure of two parameters.
    pub(crate) fn takes_two(&self) -> bool {
        matches!(self, Self::Value(Expr::Closure(closure)) if closure.inputs.len() == 2)
    }
}

impl ToTokens for Callable {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Path(path) => path.to_tokens(tokens),
            Self::Value(expr) => expr.to_tokens(tokens),
        }
    }
}

/// The closure of `before_retry`: its body is inlined where it runs.
#[derive(Clone)]
pub(crate) struct BeforeRetry {
    /// The parameter: the attempt that is about to start.
    pub(crate) retry: Pat,
    /// The error of the attempt before, where it is asked for.
    pub(crate) error: Option<Pat>,
    pub(crate) body: Expr,
    pub(crate) kind: ClosureKind,
}

/// What was written for `notify`.
#[derive(Clone)]
pub(crate) enum NotifyPlan {
    /// A function of the failure.
    Path(ExprPath),
    /// A closure, whose body is inlined.
    Inlined {
        failure: Pat,
        body: Expr,
        /// Whether it has a `return` of its own.
        returns: bool,
    },
}

/// What was written for `sleep`.
#[derive(Clone)]
pub(crate) enum SleepPlan {
    /// A function of the wait.
    Path(ExprPath),
    /// A closure, whose body is inlined.
    Inlined { wait: Pat, body: Expr },
}

impl ToTokens for SleepPlan {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Path(path) => path.to_tokens(tokens),
            Self::Inlined { body, .. } => body.to_tokens(tokens),
        }
    }
}

/// What was written for `fallback`.
#[derive(Clone)]
pub(crate) enum Fallback {
    /// A function of the error.
    Path(ExprPath),
    /// A closure, whose body is inlined.
    Inlined {
        error: Pat,
        /// How the call ended, where it is asked for.
        end: Option<Pat>,
        body: Expr,
        kind: ClosureKind,
    },
}

/// How the body of an inlined closure has to be run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClosureKind {
    /// `|x| expr`: its value, or the future that it is.
    Value,
    /// A body with `.await`, `?` or `return` of its own, or one that plainly
    /// ends in a `Result`.
    Block {
        /// Whether it is known to end in a `Result`.
        fallible: bool,
        /// Whether it is a future.
        awaits: bool,
    },
}
