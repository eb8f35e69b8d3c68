//! What was recorded of one attempt.

use crate::verdict::Verdict;
use std::fmt;
use std::time::Duration;

/// What was recorded of one attempt.
///
/// ```
/// use retry_runtime::testing::{AttemptResult, record_blocking};
/// use retry_runtime::{Verdict, retry};
///
/// #[retry(on = |_| false)]
/// fn get() -> Result<u32, String> {
///     Err("no such user".to_owned())
/// }
///
/// let (_, record) = record_blocking(get);
/// let attempt = &record.call().attempts()[0];
/// assert_eq!(attempt.result(), AttemptResult::Failed);
/// assert_eq!(attempt.error(), Some("no such user"));
/// assert_eq!(attempt.verdict(), Some(Verdict::permanent()));
/// ```
#[derive(Clone, Debug)]
pub struct AttemptRecord {
    number: u32,
    pub(super) result: AttemptResult,
    error: Option<String>,
    verdict: Option<Verdict>,
    pub(super) wait: Option<Duration>,
    pub(super) is_hedge: bool,
    pub(super) is_injected: bool,
}

impl AttemptRecord {
    pub(super) const fn begun(number: u32) -> Self {
        Self {
            number,
            result: AttemptResult::Unfinished,
            error: None,
            verdict: None,
            wait: None,
            is_hedge: false,
            is_injected: false,
        }
    }

    pub(super) fn failed(&mut self, error: String, verdict: Verdict) {
        self.result = AttemptResult::Failed;
        self.error = Some(error);
        self.verdict = Some(verdict);
    }

    /// Its number; the first is 1.
    ///
    /// ```
    /// # use retry_runtime::{Policy, testing};
    /// let run = || Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(7)).call();
    /// let (_, record) = testing::record_blocking(run);
    /// assert_eq!(record.call().attempts()[0].number(), 1);
    /// ```
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// What came of it.
    ///
    /// ```
    /// # use retry_runtime::{Policy, testing};
    /// # use retry_runtime::testing::AttemptResult;
    /// let run = || Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(7)).call();
    /// let (_, record) = testing::record_blocking(run);
    /// assert_eq!(record.call().attempts()[0].result(), AttemptResult::Succeeded);
    /// ```
    #[must_use]
    pub const fn result(&self) -> AttemptResult {
        self.result
    }

    /// The error of a failed attempt, with its causes, as the log prints it. Of a closure,
    /// and of retry-tower's layer for any service, nothing is known but its type.
    ///
    /// ```
    /// # use retry_runtime::{retry, testing};
    /// # #[retry(on = |_| false)]
    /// # fn get() -> Result<u32, String> { Err("no such user".to_owned()) }
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.call().attempts()[0].error(), Some("no such user"));
    /// ```
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// What a failed attempt said about trying again.
    ///
    /// ```
    /// # use retry_runtime::{Verdict, retry, testing};
    /// # #[retry(on = |_| false)]
    /// # fn get() -> Result<u32, String> { Err("no such user".to_owned()) }
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.call().attempts()[0].verdict(), Some(Verdict::permanent()));
    /// ```
    #[must_use]
    pub const fn verdict(&self) -> Option<Verdict> {
        self.verdict
    }

    /// The wait that was decided on after it, if another attempt was to follow.
    ///
    /// ```
    /// # use retry_runtime::{retry, testing};
    /// # #[retry(on = |_| false)]
    /// # fn get() -> Result<u32, String> { Err("no such user".to_owned()) }
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.call().attempts()[0].wait(), None);
    /// ```
    #[must_use]
    pub const fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// Whether it started beside another one that had not answered.
    ///
    /// ```
    /// # use retry_runtime::{Policy, testing};
    /// let run = || Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(7)).call();
    /// let (_, record) = testing::record_blocking(run);
    /// assert!(!record.call().attempts()[0].is_hedge());
    /// ```
    #[must_use]
    pub const fn is_hedge(&self) -> bool {
        self.is_hedge
    }

    /// Whether its end is the work of [`fail`](super::fail) or
    /// [`time_out`](super::time_out).
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    /// use std::io;
    ///
    /// #[retry(backoff = none)]
    /// fn get() -> io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let faults = testing::fail("*::get", 1, || io::Error::from(io::ErrorKind::ConnectionReset));
    /// let (_, record) = testing::record_blocking(|| faults.during_blocking(get));
    /// let [first, second] = record.call().attempts() else { panic!("{record}") };
    /// assert!(first.is_injected() && !second.is_injected());
    /// ```
    #[must_use]
    pub const fn is_injected(&self) -> bool {
        self.is_injected
    }
}

impl fmt::Display for AttemptRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        if self.is_hedge {
            f.write_str(", a hedge")?;
        }
        f.write_str(": ")?;
        match self.result {
            AttemptResult::Succeeded => f.write_str("ok")?,
            AttemptResult::NotYet => f.write_str("not yet")?,
            AttemptResult::Unfinished => f.write_str("unfinished")?,
            AttemptResult::Failed => {
                let error = self.error.as_deref().unwrap_or_default();
                let verdict = self.verdict.map_or("", |verdict| verdict.label());
                let injected = if self.is_injected { ", injected" } else { "" };
                write!(f, "{error} ({verdict}{injected})")?;
            }
        }
        match self.wait {
            Some(wait) => write!(f, ", then {wait:?}"),
            None => Ok(()),
        }
    }
}

/// What came of an attempt.
///
/// ```
/// use retry_runtime::testing::AttemptResult;
///
/// assert_ne!(AttemptResult::Succeeded, AttemptResult::NotYet);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptResult {
    /// It succeeded.
    Succeeded,
    /// It failed: by an error, or by a response that `on_ok` judges like one.
    Failed,
    /// It was the "not yet" of a poll.
    NotYet,
    /// It did not come to its end: it was dropped, as the loser of a hedge or with its call,
    /// or it still runs.
    Unfinished,
}
