//! What was recorded of calls.

use super::attempt_record::AttemptRecord;
use super::name_pattern::NamePattern;
use crate::ended::Ended;
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
        let pattern = NamePattern::new(pattern);
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
        let known = self.attempts.iter().position(|it| it.number() == number);
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
        self.attempts
            .iter()
            .filter_map(AttemptRecord::wait)
            .collect()
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
