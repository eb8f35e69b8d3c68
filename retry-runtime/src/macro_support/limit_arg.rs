//! A limit in time given as an expression.

use crate::sealed::Sealed;
use std::time::Duration;

/// What `timeout`, `deadline` and `retry_for` are given: a `Duration`, or an
/// `Option<Duration>`, in which `None` is no limit.
///
/// ```
/// use retry_runtime::checks::GivenLimit;
/// use retry_runtime::retry;
/// use std::time::Duration;
///
/// #[retry(timeout = limit)]
/// async fn get<L: GivenLimit>(limit: L) -> std::io::Result<u32> {
///     Ok(1)
/// }
/// # let _ = (get(Duration::from_secs(1)), get(None));
/// ```
#[diagnostic::on_unimplemented(
    message = "a limit in time is a `Duration` or an `Option<Duration>`, not `{Self}`",
    label = "expected `Duration` or `Option<Duration>`",
    note = "write a literal with its unit, such as `5s`, or an expression such as `Duration::from_secs(..)`"
)]
pub trait GivenLimit: Sealed {
    /// The limit, or that there is none.
    fn limit(self) -> Option<Duration>;
}

impl Sealed for Duration {}

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
