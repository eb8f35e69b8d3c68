//! Whether a policy's limits and its backoff fit one another.

use std::time::Duration;

use crate::backoff::Backoff;
use crate::invalid::InvalidPolicy;
use crate::jitter::Jitter;

/// What bounds a call: a number of retries, and times.
///
/// ```
/// use retry_words::Limits;
///
/// assert_eq!(Limits::default().max, 0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// How many retries there are at most.
    pub max: u32,
    /// The time of each attempt.
    pub timeout: Option<Duration>,
    /// The time of the whole call.
    pub deadline: Option<Duration>,
    /// The time within which retries start.
    pub retry_for: Option<Duration>,
}

/// Whether a policy's limits can all be reached: used by the attribute at
/// compile time and by policies made at run time.
///
/// # Errors
///
/// A limit of zero, a timeout above the deadline, a `retry_for` that is not below it, or
/// a deadline or a `retry_for` that even the first retry's shortest wait exceeds.
///
/// ```
/// use retry_words::{Backoff, Jitter, Limits, check_limits};
/// use std::time::Duration;
///
/// let check = |limits| check_limits(&Backoff::DEFAULT, Jitter::EQUAL, limits);
/// let ms = |ms| Some(Duration::from_millis(ms));
/// let limits = Limits { max: 3, deadline: ms(400), ..Limits::default() };
/// assert!(check(Limits { timeout: ms(100), ..limits }).is_ok());
/// assert!(check(Limits { timeout: ms(500), ..limits }).is_err());
/// assert!(check(Limits { retry_for: ms(400), ..limits }).is_err());
/// // The first retry comes after 50 ms at the earliest.
/// assert!(check(Limits { deadline: ms(50), ..limits }).is_err());
/// ```
pub fn check_limits(
    backoff: &Backoff,
    jitter: Jitter,
    limits: Limits,
) -> Result<(), InvalidPolicy> {
    if is_zero(limits.timeout) {
        return Err(InvalidPolicy::zero_timeout());
    }
    if is_zero(limits.deadline) {
        return Err(InvalidPolicy::zero_deadline());
    }
    if is_zero(limits.retry_for) {
        return Err(InvalidPolicy::zero_retry_for());
    }
    let above = |limit: Option<Duration>| limit.zip(limits.deadline);
    if let Some((timeout, deadline)) = above(limits.timeout).filter(|(a, b)| a > b) {
        return Err(InvalidPolicy::timeout_above_deadline(timeout, deadline));
    }
    if let Some((retry_for, deadline)) = above(limits.retry_for).filter(|(a, b)| a >= b) {
        return Err(InvalidPolicy::retry_for_not_below_deadline(
            retry_for, deadline,
        ));
    }
    if limits.max == 0 {
        return Ok(());
    }
    let first = jitter.apply(backoff.shortest_first(), 1.0);
    if let Some(deadline) = limits.deadline.filter(|deadline| first >= *deadline) {
        return Err(InvalidPolicy::deadline_before_retry(deadline, first));
    }
    if let Some(retry_for) = limits.retry_for.filter(|retry_for| first > *retry_for) {
        return Err(InvalidPolicy::retry_for_before_retry(retry_for, first));
    }
    Ok(())
}

fn is_zero(limit: Option<Duration>) -> bool {
    limit.is_some_and(|limit| limit.is_zero())
}
