//! A limit in time given as an expression.

use std::time::Duration;

/// A `timeout`, a `deadline` or a `retry_for` given as an expression.
#[diagnostic::on_unimplemented(
    message = "a limit in time is a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "expected `Duration` or `Option<Duration>`",
    note = "write a literal with its unit, such as `5s`, or an expression such as `Duration::from_secs(..)`"
)]
pub trait GivenLimit {
    /// The limit, or that there is none.
    fn limit(self) -> Option<Duration>;
}

impl GivenLimit for Duration {
    #[inline]
    fn limit(self) -> Option<Duration> {
        Some(self)
    }
}

impl GivenLimit for Option<Duration> {
    #[inline]
    fn limit(self) -> Option<Duration> {
        self
    }
}

/// The limit that was given.
#[inline]
pub fn limit(given: impl GivenLimit) -> Option<Duration> {
    given.limit()
}
