//! `until` and `unfinished`.

use crate::engine::decision::Happened;
use crate::engine::into_verdict::Judgement;
use crate::engine::outcome::Outcome;
use crate::policy::Policy;

/// What an attempt of a poll came to: `None` where it is the answer that was polled for.
#[inline]
pub fn polled(judgement: Option<Judgement>, not_yet: impl FnOnce() -> bool) -> Option<Happened> {
    match judgement {
        Some(judgement) => Some(Happened::failure(judgement)),
        None => not_yet().then_some(Happened::NOT_YET),
    }
}

/// Whether the predicate was content.
#[inline]
#[must_use]
pub const fn finished(answer: bool) -> bool {
    answer
}

/// The outcome of a call that has not succeeded: a response is the last "not yet" of a
/// poll, of which an error is made.
#[inline]
pub fn unfinished<O: Outcome>(outcome: O, error: impl FnOnce(O::Ok) -> O::Err) -> O {
    let error = match outcome.into_result() {
        Ok(response) => error(response),
        Err(error) => error,
    };
    O::failure(error)
}

/// No limit to the number of retries.
pub const UNLIMITED: u32 = u32::MAX;

/// A policy for a poll that is bounded by time: a number of attempts bounds it only
/// where it was written.
#[inline]
pub const fn polling(mut policy: Policy) -> Policy {
    if policy.max.is_none() {
        policy.max = Some(UNLIMITED);
    }
    policy
}
