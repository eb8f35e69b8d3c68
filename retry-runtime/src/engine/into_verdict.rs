//! What the error or the response of an attempt says: through the error's own
//! [`Transient`], or through a predicate.

use crate::attempt::Attempt;
use crate::elapsed::Elapsed;
use crate::sealed::Sealed;
use crate::transient::Transient;
use crate::verdict::Verdict;
#[cfg(any(feature = "tracing", feature = "metrics"))]
use std::any::type_name;

/// What a predicate answers: `bool` or [`Verdict`]. In a generic function it is the bound of
/// what a closure that is handed on answers.
///
/// ```
/// use retry_runtime::checks::IntoVerdict;
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry(on = |error: &io::Error| is_transient(error))]
/// async fn get<A: IntoVerdict>(is_transient: impl Fn(&io::Error) -> A) -> io::Result<u32> {
///     Ok(1)
/// }
/// # let _ = get(|_| true);
/// ```
#[diagnostic::on_unimplemented(
    message = "a predicate answers with `bool` or `Verdict`, not with `{Self}`",
    label = "expected `bool` or `Verdict`",
    note = "`true` is `Verdict::transient()`, `false` is `Verdict::permanent()`"
)]
pub trait IntoVerdict: Sealed + Sized {
    /// The answer as a verdict.
    fn verdict(self) -> Verdict;
}

impl Sealed for bool {}

impl IntoVerdict for bool {
    #[inline]
    fn verdict(self) -> Verdict {
        self.into()
    }
}

impl Sealed for Verdict {}

impl IntoVerdict for Verdict {
    #[inline]
    fn verdict(self) -> Verdict {
        self
    }
}

/// The answer of a predicate that was called.
#[inline]
pub fn answer<A: IntoVerdict>(answer: A) -> Verdict {
    answer.verdict()
}

/// The same for an error with a verdict of its own, or without one.
#[inline]
pub fn judged<A: IntoVerdict>(answer: A, own: Own) -> Judgement {
    Judgement::of_predicate(answer.verdict(), own)
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
            ..Self::none::<E>()
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

/// What the type of an error is called. Where there is nobody to be told, no function
/// asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorType(#[cfg(any(feature = "tracing", feature = "metrics"))] &'static str);

#[cfg(any(feature = "tracing", feature = "metrics"))]
impl ErrorType {
    #[inline]
    fn of<E: ?Sized>() -> Self {
        Self(type_name::<E>())
    }

    pub(crate) const fn name(self) -> &'static str {
        self.0
    }
}

#[cfg(not(any(feature = "tracing", feature = "metrics")))]
impl ErrorType {
    #[allow(clippy::extra_unused_type_parameters, reason = "as where it is told")]
    #[inline]
    const fn of<E: ?Sized>() -> Self {
        Self()
    }

    pub(crate) const fn name(self) -> &'static str {
        let Self() = self;
        ""
    }
}

/// What is known of an error, for `on = known`; what is not known is permanent, and told.
#[inline]
#[must_use]
pub fn known<E: ?Sized>(_: &E, known: Option<Verdict>, cut: Option<Elapsed>) -> Judgement {
    match known {
        _ if cut.is_some() => Judgement::of(CUT),
        known => Judgement::on::<E>(known.unwrap_or(Verdict::unknown())),
    }
}

/// A failure, judged: what the loop decides by, and what is told to others.
#[derive(Clone, Copy, Debug)]
pub struct Judgement {
    /// Whether and when to try again.
    pub(crate) verdict: Verdict,
    /// The error's own word, where it has another.
    own: Option<Verdict>,
    /// Only what provably was not executed may be tried again.
    pub(crate) unsent_only: bool,
    /// The type of an error that nobody knows.
    pub(crate) unknown: Option<ErrorType>,
}

impl Judgement {
    /// One word for all.
    #[inline]
    #[must_use]
    pub const fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            own: None,
            unsent_only: false,
            unknown: None,
        }
    }

    /// What the budget and the circuit breaker hear: the error's own word, where it has
    /// one.
    #[inline]
    pub(crate) const fn heard(&self) -> Verdict {
        match self.own {
            Some(own) => own,
            None => self.verdict,
        }
    }

    /// The word of an error of this type.
    #[inline]
    pub(crate) fn on<E: ?Sized>(verdict: Verdict) -> Self {
        Self::of_type(verdict, ErrorType::of::<E>())
    }

    /// The same of an error of this type.
    #[inline]
    fn of_type(verdict: Verdict, error_type: ErrorType) -> Self {
        Self {
            unknown: verdict.is_unknown().then_some(error_type),
            ..Self::of(verdict)
        }
    }

    /// For `on = always`: the error's own verdict where that is worth another attempt, and
    /// else that it is transient.
    #[inline]
    #[must_use]
    pub fn always(own: Own, cut: Option<Elapsed>) -> Self {
        let own_retry = own.verdict.filter(Verdict::is_retryable);
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
    pub fn by_predicate(verdict: Verdict, own: Own, cut: Option<Elapsed>) -> Self {
        Self::of_predicate(verdict, own).or_cut(cut)
    }

    #[inline]
    fn of_predicate(verdict: Verdict, own: Own) -> Self {
        Self {
            own: own.verdict,
            ..Self::of_type(verdict, own.error_type)
        }
    }

    /// The same where a limit may have cut the attempt: a time-out always speaks against
    /// the service.
    #[inline]
    #[must_use]
    pub fn or_cut(self, cut: Option<Elapsed>) -> Self {
        if cut.is_some() {
            Self {
                own: Some(CUT),
                ..self
            }
        } else {
            self
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

#[cfg(test)]
mod tests;
