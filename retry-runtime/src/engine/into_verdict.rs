//! Predicates: which errors, and which responses, are retried.

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

/// The verdict for a call that must not run twice: only what was not executed
/// is tried again. What the failure says of the service stays as it is.
#[inline]
#[must_use]
pub const fn unsent(verdict: Verdict) -> Verdict {
    if verdict.is_unexecuted() {
        verdict
    } else {
        verdict.unretried()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_executed_is_not_retried_but_speaks_against_the_service() {
        for verdict in [Verdict::transient(), Verdict::transient().with_no_retry()] {
            let restricted = unsent(verdict);
            assert!(!restricted.is_retryable());
            assert!(restricted.is_against_service());
            assert_eq!(restricted.is_overloaded(), verdict.is_overloaded());
        }
        assert_eq!(unsent(Verdict::refused()), Verdict::refused());
        assert_eq!(unsent(Verdict::permanent()), Verdict::permanent());
    }
}
