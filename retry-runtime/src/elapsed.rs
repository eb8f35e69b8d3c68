//! Time that ran out.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// The time that ran out: an attempt's `timeout`, or the call's `deadline`.
///
/// A cut attempt becomes an error of the function through `E::from(Elapsed)`,
/// or through the attribute's `elapsed` key. `std::io::Error` has that `From`:
/// its kind is [`TimedOut`](io::ErrorKind::TimedOut).
///
/// ```
/// use retry_runtime::Elapsed;
///
/// #[derive(Debug)]
/// enum RpcError {
///     TimedOut(Elapsed),
/// }
///
/// impl From<Elapsed> for RpcError {
///     fn from(elapsed: Elapsed) -> Self {
///         RpcError::TimedOut(elapsed)
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed {
    kind: LimitKind,
    after: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LimitKind {
    Attempt,
    Call,
}

impl Elapsed {
    pub(crate) const fn timeout(after: Duration) -> Self {
        Self {
            kind: LimitKind::Attempt,
            after,
        }
    }

    pub(crate) const fn deadline(after: Duration) -> Self {
        Self {
            kind: LimitKind::Call,
            after,
        }
    }

    /// Whether it was the deadline of the whole call, which ends it, and not
    /// the time-out of one attempt, which can be retried.
    ///
    /// ```
    /// use retry_runtime::Elapsed;
    ///
    /// fn describe(elapsed: Elapsed) -> &'static str {
    ///     if elapsed.is_deadline() { "out of time" } else { "one attempt was too slow" }
    /// }
    /// # let _ = describe;
    /// ```
    #[must_use]
    pub const fn is_deadline(&self) -> bool {
        matches!(self.kind, LimitKind::Call)
    }

    /// The limit: how long the attempt, or the whole call, was allowed to take.
    ///
    /// ```
    /// use retry_runtime::Elapsed;
    ///
    /// fn millis(elapsed: Elapsed) -> u128 {
    ///     elapsed.limit().as_millis()
    /// }
    /// # let _ = millis;
    /// ```
    #[must_use]
    pub const fn limit(&self) -> Duration {
        self.after
    }
}

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            LimitKind::Attempt => write!(
                f,
                "the attempt took longer than its timeout of {:?}",
                self.after
            ),
            LimitKind::Call => write!(
                f,
                "the call took longer than its deadline of {:?}",
                self.after
            ),
        }
    }
}

impl Error for Elapsed {}

impl From<Elapsed> for io::Error {
    fn from(elapsed: Elapsed) -> Self {
        Self::new(io::ErrorKind::TimedOut, elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_whose_time_ran_out() {
        let timeout = Elapsed::timeout(Duration::from_millis(50));
        let deadline = Elapsed::deadline(Duration::from_secs(2));
        assert_eq!(
            [timeout.is_deadline(), deadline.is_deadline()],
            [false, true]
        );
        assert_eq!(timeout.limit(), Duration::from_millis(50));
        assert_eq!(
            timeout.to_string(),
            "the attempt took longer than its timeout of 50ms"
        );
        assert_eq!(
            deadline.to_string(),
            "the call took longer than its deadline of 2s"
        );
        let error = io::Error::from(deadline);
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(error.to_string(), deadline.to_string());
    }
}
