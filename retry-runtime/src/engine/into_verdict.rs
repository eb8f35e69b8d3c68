//! What the error or the response of an attempt says: through the error's own
//! [`Transient`], or through a predicate.

use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::transient::Transient;
use crate::verdict::Verdict;
use std::any::type_name;

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

/// The same with the attempt that failed.
#[inline]
pub fn ask_with<E: ?Sized, A>(
    predicate: impl FnOnce(&E, Attempt) -> A,
    subject: &E,
    attempt: Attempt,
) -> A {
    predicate(subject, attempt)
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
        Judgement::of(error.verdict())
    }
}

/// What is known of an error, for `on = known`; what is not known is permanent, and told.
#[inline]
#[must_use]
pub fn known<E: ?Sized>(_: &E, known: Option<Verdict>, cut: Option<Elapsed>) -> Judgement {
    match known {
        _ if cut.is_some() => Judgement::of(CUT),
        Some(verdict) => Judgement::of(verdict),
        None => Judgement {
            unknown: Some(type_name::<E>()),
            ..Judgement::of(Verdict::permanent())
        },
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
    /// The type of an error that nobody knows.
    pub(crate) unknown: Option<&'static str>,
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
            unknown: None,
        }
    }

    /// For `on = always`: the error's own verdict where that is worth another attempt, and
    /// else that it is transient.
    #[inline]
    #[must_use]
    pub fn always(own: Option<Verdict>, cut: Option<Elapsed>) -> Self {
        let own_retry = own.filter(Verdict::is_retryable);
        Self::by_predicate(own_retry.unwrap_or(Verdict::transient()), own, cut)
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
    pub fn by_predicate(verdict: Verdict, own: Option<Verdict>, cut: Option<Elapsed>) -> Self {
        let heard = if cut.is_some() {
            CUT
        } else {
            own.unwrap_or(verdict)
        };
        Self {
            heard,
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
