//! What was recorded of calls.

use super::pattern::Pattern;
use crate::ended::Ended;
use crate::verdict::Verdict;
use std::fmt;
use std::time::Duration;

/// The calls of retried functions that were made inside of [`record`](super::record), in the
/// order in which they began; one inside another stands behind it.
///
/// It prints what has happened, a line an attempt.
///
/// ```
/// use retry_runtime::testing::{fail, isolated, record};
/// use retry_runtime::retry;
/// use std::io;
///
/// #[retry(jitter = none)]
/// async fn get() -> io::Result<u32> {
///     Ok(7)
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
/// let (_, record) = record(fail("*::get", 1, reset).during(get())).await;
/// let text = record.to_string();
/// assert!(text.ends_with(
///     "::get: succeeded\n\
///      \x20 1: connection reset (transient, injected), then 100ms\n\
///      \x20 2: ok\n"
/// ), "{text}");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Record(Vec<CallRecord>);

impl Record {
    pub(super) const fn new(calls: Vec<CallRecord>) -> Self {
        Self(calls)
    }

    /// All of them.
    ///
    /// ```
    /// use retry_runtime::testing::record_blocking;
    ///
    /// let ((), record) = record_blocking(|| ());
    /// assert!(record.calls().is_empty());
    /// ```
    #[must_use]
    pub fn calls(&self) -> &[CallRecord] {
        &self.0
    }

    /// The one call, where there is one and no other.
    ///
    /// # Panics
    ///
    /// There are several, or none: the message shows them.
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry]
    /// fn get() -> std::io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.call().attempts().len(), 1);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn call(&self) -> &CallRecord {
        match &self.0[..] {
            [call] => call,
            [] => panic!("no retried function was called"),
            _ => panic!("more than one retried function was called:\n{self}"),
        }
    }

    /// Those of the functions that a pattern names: a full name, or one in which a `*`
    /// stands for anything, as in [`fail`](super::fail).
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry]
    /// fn get() -> std::io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.of("*::get").count(), 1);
    /// assert_eq!(record.of("*::put").count(), 0);
    /// ```
    #[track_caller]
    pub fn of(&self, pattern: &str) -> impl Iterator<Item = &CallRecord> {
        let pattern = Pattern::new(pattern);
        let calls = self.0.iter();
        calls.filter(move |call| pattern.matches(&call.function))
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|call| call.fmt(f))
    }
}

/// What was recorded of one call.
///
/// ```
/// use retry_runtime::testing::{CallEnding, record_blocking};
/// use retry_runtime::retry;
///
/// #[retry(name = "users.get")]
/// fn get() -> std::io::Result<u32> {
///     Ok(7)
/// }
///
/// let (_, record) = record_blocking(get);
/// let call = record.call();
/// assert_eq!(call.function(), "users.get");
/// assert_eq!(call.ending(), CallEnding::Succeeded);
/// ```
#[derive(Clone, Debug)]
pub struct CallRecord {
    function: String,
    attempts: Vec<AttemptRecord>,
    pub(super) ending: CallEnding,
}

impl CallRecord {
    pub(super) const fn begun(function: String) -> Self {
        Self {
            function,
            attempts: Vec::new(),
            ending: CallEnding::Unfinished,
        }
    }

    /// The attempt of this number, which may not have been told of.
    pub(super) fn attempt(&mut self, number: u32) -> &mut AttemptRecord {
        let known = self.attempts.iter().position(|it| it.number == number);
        let index = known.unwrap_or_else(|| {
            self.attempts.push(AttemptRecord::begun(number));
            self.attempts.len() - 1
        });
        &mut self.attempts[index]
    }

    /// What logs and metrics call the function: the key `name`, or else its path; of a
    /// closure, the line that calls it; of retry-tower's layers, their name or the method.
    ///
    /// ```
    /// use retry_runtime::{Policy, testing};
    ///
    /// let run = || Policy::DEFAULT.run_blocking(|_| std::io::Result::Ok(7)).name("seven").call();
    /// let (_, record) = testing::record_blocking(run);
    /// assert_eq!(record.call().function(), "seven");
    /// ```
    #[must_use]
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The attempts, in the order in which they started.
    ///
    /// ```
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry]
    /// fn get() -> std::io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// let (_, record) = testing::record_blocking(get);
    /// assert_eq!(record.call().attempts()[0].number(), 1);
    /// ```
    #[must_use]
    pub fn attempts(&self) -> &[AttemptRecord] {
        &self.attempts
    }

    /// The waits between the attempts, jitter included.
    ///
    /// ```
    /// use retry_runtime::testing::{fail, record};
    /// use retry_runtime::retry;
    /// use std::{io, time::Duration};
    ///
    /// #[retry(backoff = fixed(20ms), jitter = none)]
    /// async fn get() -> io::Result<u32> {
    ///     Ok(7)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() {
    /// let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    /// let (_, record) = record(fail("*::get", 2, reset).during(get())).await;
    /// assert_eq!(record.call().waits(), [Duration::from_millis(20); 2]);
    /// # }
    /// ```
    #[must_use]
    pub fn waits(&self) -> Vec<Duration> {
        self.attempts.iter().filter_map(|it| it.wait).collect()
    }

    /// How it ended.
    ///
    /// ```
    /// use retry_runtime::testing::{CallEnding, record_blocking};
    /// use retry_runtime::{Ended, retry};
    ///
    /// #[retry(on = |_| false)]
    /// fn get() -> Result<u32, String> {
    ///     Err("no such user".to_owned())
    /// }
    ///
    /// let (_, record) = record_blocking(get);
    /// assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Permanent));
    /// ```
    #[must_use]
    pub const fn ending(&self) -> CallEnding {
        self.ending
    }
}

impl fmt::Display for CallRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.function, self.ending)?;
        self.attempts
            .iter()
            .try_for_each(|it| writeln!(f, "  {it}"))
    }
}

/// How a call ended.
///
/// ```
/// use retry_runtime::Ended;
/// use retry_runtime::testing::CallEnding;
///
/// assert_eq!(CallEnding::Failed(Ended::Budget).to_string(), "ended, budget");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallEnding {
    /// An attempt succeeded, or a poll came to what it was made for.
    Succeeded,
    /// No attempt did, for this reason. Of a poll, or of a response that `on_ok` judges,
    /// the outcome may be an `Ok` all the same.
    Failed(Ended),
    /// It has not come to its end: it was dropped, or it still runs.
    Unfinished,
}

impl fmt::Display for CallEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed(ended) => write!(f, "ended, {}", ended.as_str()),
            Self::Unfinished => f.write_str("unfinished"),
        }
    }
}

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
    const fn begun(number: u32) -> Self {
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
