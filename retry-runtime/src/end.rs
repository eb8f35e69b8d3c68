//! How a call ended.

use crate::ended::Ended;

/// How a call ended without success: what a `fallback` is told beside the last error.
///
/// ```
/// use retry_runtime::{Ended, retry};
/// use std::io;
///
/// #[retry(max = 2, backoff = none, fallback = |error, end| {
///     assert_eq!((end.reason, end.attempts), (Ended::Exhausted, 3));
///     Err(error)
/// })]
/// async fn ping() -> io::Result<()> {
///     Err(io::ErrorKind::ConnectionReset.into())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { assert!(ping().await.is_err()); }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct End {
    /// Why there was no further attempt.
    pub reason: Ended,
    /// How many attempts were made, the first one and hedges included. Those that a
    /// circuit breaker did not admit were not made.
    pub attempts: u32,
}

impl End {
    pub(crate) const fn new(reason: Ended, attempts: u32) -> Self {
        Self { reason, attempts }
    }
}
