//! What the error or the response of an attempt says: through the error's own
//! [`Transient`], or through a predicate.

use crate::elapsed::Elapsed;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// What a predicate answers.
#[diagnostic::on_unimplemented(
    message = "a predicate answers with `bool` or `Verdict`, not with `{Self}`",
    label = "expected `bool` or `Verdict`",
    note = "`true` is `Verdict::transient()`, `false` is `Verdict::permanent()`"
)]
pub trait Answer {
    /// The answer as a verdict.
    fn verdict(self) -> Verdict;
}

impl Answer for bool {
    fn verdict(self) -> Verdict {
        self.into()
    }
}

impl Answer for Verdict {
    fn verdict(self) -> Verdict {
        self
    }
}

/// The answer of a predicate that was called.
#[inline]
pub fn answer<A: Answer>(answer: A) -> Verdict {
    answer.verdict()
}

/// Calls a closure with the expectation that it takes a reference.
#[inline]
pub fn ask<E: ?Sized, A>(predicate: impl FnOnce(&E) -> A, subject: &E) -> A {
    predicate(subject)
}

/// What an attempt says that a limit has cut.
const CUT: Verdict = Verdict::transient().timed_out();

/// The error's own word. An attempt that a limit has cut says nothing of its own: it
/// is transient.
#[inline]
pub fn by_itself<E: Transient + ?Sized>(error: &E, cut: Option<Elapsed>) -> Judgement {
    if cut.is_some() {
        Judgement::of(CUT)
    } else {
        Judgement::on::<E>(error.verdict())
    }
}

/// What an error says of itself, beside a predicate.
#[derive(Clone, Copy, Debug)]
pub struct Own {
    verdict: Option<Verdict>,
    error_type: ErrorType,
}

impl Own {
    /// The word of an error that classifies itself. One that nobody knows has none.
    #[inline]
    #[must_use]
    pub fn said_by<E: Transient + ?Sized>(error: &E) -> Self {
        Self {
            verdict: Some(error.verdict()).filter(|own| !own.is_unknown()),
            error_type: ErrorType::of::<E>(),
        }
    }

    /// There is none.
    #[inline]
    #[must_use]
    pub fn none<E: ?Sized>() -> Self {
        Self {
            verdict: None,
            error_type: ErrorType::of::<E>(),
        }
    }
}

/// What the type of an error is called, for who is told that nobody knows it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorType(
    #[cfg(any(feature = "tracing", feature = "metrics"))] Option<fn() -> &'static str>,
);

impl ErrorType {
    /// Nobody has said.
    pub(crate) const UNNAMED: Self = Self(
        #[cfg(any(feature = "tracing", feature = "metrics"))]
        None,
    );

    #[cfg_attr(
        not(any(feature = "tracing", feature = "metrics")),
        allow(clippy::extra_unused_type_parameters, reason = "nobody is told")
    )]
    #[inline]
    fn of<E: ?Sized>() -> Self {
        Self(
            #[cfg(any(feature = "tracing", feature = "metrics"))]
            Some(std::any::type_name::<E>),
        )
    }

    /// Its name in the words of the compiler.
    #[cfg(any(feature = "tracing", feature = "metrics"))]
    pub(crate) fn name(self) -> &'static str {
        self.0.map_or("", |name| name())
    }
}

/// A failure, judged: what the loop decides by, and what is told to others.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// Whether and when to try again.
    pub(crate) verdict: Verdict,
    /// What the budget and the circuit breaker hear: the error's own word, where it
    /// has one.
    pub(crate) heard: Verdict,
    /// Only what provably was not executed may be tried again.
    pub(crate) unsent_only: bool,
    pub(crate) error_type: ErrorType,
}

impl Judgement {
    /// One word for all.
    #[inline]
    #[must_use]
    pub const fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            heard: verdict,
            unsent_only: false,
            error_type: ErrorType::UNNAMED,
        }
    }

    /// The same of an error of this type.
    #[inline]
    pub(crate) fn on<E: ?Sized>(verdict: Verdict) -> Self {
        Self {
            error_type: ErrorType::of::<E>(),
            ..Self::of(verdict)
        }
    }

    /// A response that was asked about: there is none where it is a success.
    #[inline]
    #[must_use]
    pub const fn of_response(verdict: Verdict) -> Option<Self> {
        if verdict.is_permanent() && !verdict.is_against_service() {
            None
        } else {
            Some(Self::of(verdict))
        }
    }

    /// A predicate's word. Whether the failure speaks against the service is asked of
    /// the error, where it has a word of its own; a time-out always does.
    #[inline]
    #[must_use]
    pub fn by_predicate(verdict: Verdict, own: Own, cut: Option<Elapsed>) -> Self {
        let heard = if cut.is_some() {
            CUT
        } else {
            own.verdict.unwrap_or(verdict)
        };
        Self {
            heard,
            error_type: own.error_type,
            ..Self::of(verdict)
        }
    }

    /// The same for a call that must not run twice.
    #[inline]
    #[must_use]
    pub const fn unsent_only(self) -> Self {
        Self {
            unsent_only: true,
            ..self
        }
    }

    /// What the loop decides by.
    #[inline]
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether another attempt is worth it and allowed.
    #[inline]
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.verdict.is_retryable() && (!self.unsent_only || self.verdict.is_unexecuted())
    }
}
