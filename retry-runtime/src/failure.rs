//! A failed attempt, as `notify` sees it.

use crate::verdict::Verdict;
use std::fmt;
use std::time::Duration;

/// A failed attempt that another one follows: what `notify` is given, before the wait.
///
/// ```
/// use retry_runtime::retry;
/// use std::cell::RefCell;
/// use std::io;
///
/// #[retry(max = 1, backoff = none, notify = |failure| {
///     log.borrow_mut().push(format!("attempt {} failed", failure.attempt()));
/// })]
/// async fn ping(log: &RefCell<Vec<String>>) -> io::Result<()> {
///     Err(io::ErrorKind::ConnectionReset.into())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let log = RefCell::default();
/// assert!(ping(&log).await.is_err());
/// // Not of the second: that is the end of the call.
/// assert_eq!(log.into_inner(), ["attempt 1 failed"]);
/// # }
/// ```
pub struct Failure<'a, E> {
    error: Option<&'a E>,
    retrying: Retrying,
}

impl<'a, E> Failure<'a, E> {
    /// The error; `None` where [`on_ok`](macro@crate::retry#on_ok) has judged a response.
    ///
    /// ```
    /// use retry_runtime::Failure;
    ///
    /// fn text(failure: Failure<'_, std::io::Error>) -> String {
    ///     failure.error().map_or_else(|| "an empty page".into(), ToString::to_string)
    /// }
    /// # let _ = text;
    /// ```
    #[must_use]
    pub const fn error(&self) -> Option<&'a E> {
        self.error
    }

    /// The number of the attempt that failed; the first is 1.
    ///
    /// ```
    /// # use retry_runtime::Failure;
    /// fn is_first(failure: Failure<'_, std::io::Error>) -> bool {
    ///     failure.attempt() == 1
    /// }
    /// # let _ = is_first;
    /// ```
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.retrying.attempt
    }

    /// How long is waited before the next attempt, jitter included.
    ///
    /// ```
    /// # use retry_runtime::Failure;
    /// fn millis(failure: Failure<'_, std::io::Error>) -> u128 {
    ///     failure.delay().as_millis()
    /// }
    /// # let _ = millis;
    /// ```
    #[must_use]
    pub const fn delay(&self) -> Duration {
        self.retrying.delay
    }

    /// The verdict that the retry was decided by.
    ///
    /// ```
    /// # use retry_runtime::Failure;
    /// fn is_pushed_back(failure: Failure<'_, std::io::Error>) -> bool {
    ///     failure.verdict().pushback().is_some()
    /// }
    /// # let _ = is_pushed_back;
    /// ```
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.retrying.verdict
    }
}

impl<E> Clone for Failure<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Failure<'_, E> {}

impl<E: fmt::Debug> fmt::Debug for Failure<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("error", &self.error)
            .field("attempt", &self.retrying.attempt)
            .field("delay", &self.retrying.delay)
            .field("verdict", &self.retrying.verdict)
            .finish()
    }
}

/// A failure without its error: the retry that follows it is decided.
#[derive(Clone, Copy, Debug)]
pub struct Retrying {
    pub(crate) attempt: u32,
    pub(crate) verdict: Verdict,
    pub(crate) delay: Duration,
}

impl Retrying {
    /// With its error.
    #[must_use]
    pub const fn failure<E>(self, error: Option<&E>) -> Failure<'_, E> {
        Failure {
            error,
            retrying: self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_has_failed_and_when_the_next_attempt_starts() {
        let retrying = Retrying {
            attempt: 3,
            verdict: Verdict::not_sent(),
            delay: Duration::from_millis(40),
        };
        let failure = retrying.failure(Some(&"gone"));
        assert_eq!(failure.error(), Some(&"gone"));
        assert_eq!(failure.attempt(), 3);
        assert_eq!(failure.delay(), Duration::from_millis(40));
        assert_eq!(failure.verdict(), Verdict::not_sent());
        assert_eq!(
            format!("{failure:?}"),
            "Failure { error: Some(\"gone\"), attempt: 3, delay: 40ms, \
             verdict: Verdict(not sent) }"
        );
        assert_eq!(retrying.failure::<&str>(None).error(), None);
    }
}
