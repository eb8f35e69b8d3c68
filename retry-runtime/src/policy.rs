//! What a call may cost in retries and in time.

mod getters;
#[cfg(feature = "serde")]
mod serde;
mod setters;
pub(crate) mod words;

use retry_words::{Backoff, InvalidPolicy, Jitter, Limits};
use std::time::Duration;

/// How often, how fast and for how long a call is retried.
///
/// A policy is a small `Copy` value, made in a `const` or at run time, parsed
/// from the attribute's own words ([`FromStr`](std::str::FromStr)) or, with the
/// feature `serde`, from a configuration file. Give it to the attribute with
/// `policy = &…`, whose other keys then override it, or call
/// [`run`](Policy::run) on it.
///
/// | setting | default |
/// | --- | --- |
/// | [`max`](Policy::with_max) | 3 retries, so 4 attempts; unlimited beside `retry_for` |
/// | [`backoff`](Policy::with_backoff) | `exp(100ms, 1.5, 1s)` |
/// | [`jitter`](Policy::with_jitter) | `equal`; none where the backoff is random itself |
/// | [`timeout`](Policy::with_timeout) | none |
/// | [`deadline`](Policy::with_deadline) | none |
/// | [`retry_for`](Policy::with_retry_for) | none |
/// | [`longest_pushback`](Policy::with_longest_pushback) | 30 s |
///
/// ```
/// use retry_runtime::{Jitter, Policy};
/// use std::time::Duration;
///
/// const READS: Policy = Policy::DEFAULT.with_max(5).with_jitter(Jitter::FULL).with_timeout(Duration::from_secs(2));
/// # assert_eq!(READS.to_string(), "max = 5, backoff = exp(100ms, 1.5, 1s), jitter = full, timeout = 2s");
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a policy does nothing until it is given to `#[retry]` or `run`"]
pub struct Policy {
    /// `None` where it was not set, see [`retries`](Self::retries).
    pub(crate) max: Option<u32>,
    pub(crate) backoff: Backoff,
    pub(crate) jitter: Option<Jitter>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Duration>,
    /// Whether another deadline that is set leaves the smaller of the two: one of a
    /// service config is its operator's word.
    pub(crate) deadline_is_ceiling: bool,
    pub(crate) retry_for: Option<Duration>,
    pub(crate) longest_pushback: Duration,
}

impl Policy {
    /// The policy of a bare `#[retry]`.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT, Policy::default());
    /// ```
    pub const DEFAULT: Self = Self {
        max: None,
        backoff: Backoff::DEFAULT,
        jitter: None,
        timeout: None,
        deadline: None,
        deadline_is_ceiling: false,
        retry_for: None,
        longest_pushback: Duration::from_secs(30),
    };

    /// Checks that the settings fit one another, as the attribute does at
    /// compile time.
    ///
    /// A policy that does not pass still works: a limit that cannot be reached
    /// is simply never reached.
    ///
    /// # Errors
    ///
    /// A limit of zero, a timeout above the deadline, a `retry_for` that is not below it,
    /// or a deadline or a `retry_for` that even the first retry's shortest wait exceeds.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// let hurried = Policy::DEFAULT.with_timeout(Duration::from_secs(5)).with_deadline(Duration::from_secs(1));
    /// assert!(hurried.check().is_err());
    /// ```
    pub fn check(self) -> Result<Self, InvalidPolicy> {
        retry_words::check_limits(
            &self.backoff,
            self.jitter_of(&self.backoff),
            Limits {
                max: self.max(),
                timeout: self.timeout,
                deadline: self.deadline,
                retry_for: self.retry_for,
            },
        )?;
        Ok(self)
    }

    /// The jitter that is written; where none is, a backoff that is random
    /// itself is left as it is.
    pub(crate) const fn jitter_of(&self, backoff: &Backoff) -> Jitter {
        match self.jitter {
            Some(jitter) => jitter,
            None if backoff.is_random() => Jitter::NONE,
            None => Jitter::EQUAL,
        }
    }
}

/// Two policies are the same that retry in the same way: that 3 is written down for
/// `max` or is the default makes no difference.
impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        let rest = |policy: &Self| {
            (
                policy.max(),
                policy.jitter,
                policy.timeout,
                policy.deadline,
                policy.retry_for,
                policy.longest_pushback,
            )
        };
        self.backoff == other.backoff && rest(self) == rest(other)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}
