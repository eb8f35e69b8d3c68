//! Whether a policy's timeout, deadline and backoff fit one another.

use std::time::Duration;

use crate::backoff::Backoff;
use crate::invalid::InvalidPolicy;
use crate::jitter::Jitter;

/// Whether a policy's limits can all be reached: used by the attribute at
/// compile time and by policies made at run time.
///
/// # Errors
///
/// A zero timeout or deadline, a timeout above the deadline, or a deadline that
/// even the first retry's shortest wait exceeds.
///
/// ```
/// use retry_words::{Backoff, Jitter, check_limits};
/// use std::time::Duration;
///
/// let limits = |timeout, deadline| check_limits(&Backoff::DEFAULT, Jitter::EQUAL, 3, timeout, deadline);
/// let ms = |ms| Some(Duration::from_millis(ms));
/// assert!(limits(ms(100), ms(400)).is_ok());
/// assert!(limits(ms(500), ms(400)).is_err());
/// assert!(limits(None, ms(50)).is_err(), "the first retry comes after 50 ms at the earliest");
/// ```
pub fn check_limits(
    backoff: &Backoff,
    jitter: Jitter,
    max: u32,
    timeout: Option<Duration>,
    deadline: Option<Duration>,
) -> Result<(), InvalidPolicy> {
    if timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(InvalidPolicy::zero_timeout());
    }
    let Some(deadline) = deadline else {
        return Ok(());
    };
    if deadline.is_zero() {
        return Err(InvalidPolicy::zero_deadline());
    }
    if let Some(timeout) = timeout.filter(|timeout| *timeout > deadline) {
        return Err(InvalidPolicy::timeout_above_deadline(timeout, deadline));
    }
    let first = jitter.apply(backoff.shortest_first(), 1.0);
    if max > 0 && first >= deadline {
        return Err(InvalidPolicy::deadline_before_retry(deadline, first));
    }
    Ok(())
}
