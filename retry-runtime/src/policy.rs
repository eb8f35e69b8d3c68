//! What a call may cost in retries and in time.

#[cfg(feature = "serde")]
mod serde;
mod words;

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
/// | [`max`](Policy::max) | 3 retries, so 4 attempts; unlimited beside `retry_for` |
/// | [`backoff`](Policy::backoff) | `exp(100ms, 1.5, 1s)` |
/// | [`jitter`](Policy::jitter) | `equal`; none where the backoff is random itself |
/// | [`timeout`](Policy::timeout) | none |
/// | [`deadline`](Policy::deadline) | none |
/// | [`retry_for`](Policy::retry_for) | none |
/// | [`longest_pushback`](Policy::longest_pushback) | 30 s |
///
/// ```
/// use retry_runtime::{Jitter, Policy};
/// use std::time::Duration;
///
/// const READS: Policy = Policy::DEFAULT.max(5).jitter(Jitter::FULL).timeout(Duration::from_secs(2));
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

    /// At most this many **retries** after the first attempt, as in Kitex and
    /// Polly: 3 means up to 4 attempts, 0 means one attempt. [`u32::MAX`] is no limit,
    /// `unlimited` in words: where nothing else ends the retries, a
    /// [`Budget`](crate::Budget) should pay for them.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// const TWO_ATTEMPTS: Policy = Policy::DEFAULT.max(1);
    /// # let _ = TWO_ATTEMPTS;
    /// ```
    pub const fn max(mut self, retries: u32) -> Self {
        self.max = Some(retries);
        self
    }

    /// How long to wait before each retry.
    ///
    /// ```
    /// # use retry_runtime::{Backoff, Policy};
    /// # use std::time::Duration;
    /// # fn main() -> Result<(), retry_runtime::InvalidPolicy> {
    /// let steady = Policy::DEFAULT.backoff(Backoff::fixed(Duration::from_millis(50))?);
    /// # let _ = steady; Ok(()) }
    /// ```
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How much of each delay is left to chance; see [`Jitter`].
    ///
    /// ```
    /// # use retry_runtime::{Jitter, Policy};
    /// const EXACT: Policy = Policy::DEFAULT.jitter(Jitter::NONE);
    /// # let _ = EXACT;
    /// ```
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// The time that **each attempt** may take, counted anew for every one.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const PATIENT: Policy = Policy::DEFAULT.timeout(Duration::from_secs(5));
    /// # let _ = PATIENT;
    /// ```
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time that the whole call may take, attempts and delays together. Where the
    /// policy is from a gRPC service config with a `timeout`, the smaller of the two
    /// holds, as in gRPC.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const BOUNDED: Policy = Policy::DEFAULT.deadline(Duration::from_secs(10));
    /// # let _ = BOUNDED;
    /// ```
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = match self.deadline {
            Some(ceiling)
                if self.deadline_is_ceiling && ceiling.as_nanos() < deadline.as_nanos() =>
            {
                Some(ceiling)
            }
            _ => Some(deadline),
        };
        self
    }

    /// The time within which retries start, from the call's beginning: none starts later.
    ///
    /// A soft limit, what other crates call `max_elapsed_time`. A wait that would end
    /// past it is not begun, and the call ends as [`Exhausted`](crate::Ended::Exhausted)
    /// with its last error; an attempt that runs is not cut. Beside it, and without
    /// [`max`](Self::max), retries are unlimited.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const PERSISTENT: Policy = Policy::DEFAULT.retry_for(Duration::from_secs(30));
    /// # let _ = PERSISTENT;
    /// ```
    pub const fn retry_for(mut self, time: Duration) -> Self {
        self.retry_for = Some(time);
        self
    }

    /// The longest [push-back](crate::Verdict::with_pushback) that is waited for,
    /// 30 seconds by default: beyond it the error comes back at once, so that
    /// a server cannot park its clients.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const IMPATIENT: Policy = Policy::DEFAULT.longest_pushback(Duration::from_secs(2));
    /// # let _ = IMPATIENT;
    /// ```
    pub const fn longest_pushback(mut self, longest: Duration) -> Self {
        self.longest_pushback = longest;
        self
    }

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
    /// let hurried = Policy::DEFAULT.timeout(Duration::from_secs(5)).deadline(Duration::from_secs(1));
    /// assert!(hurried.check().is_err());
    /// ```
    pub fn check(self) -> Result<Self, InvalidPolicy> {
        retry_words::check_limits(
            &self.backoff,
            self.jitter_of(&self.backoff),
            Limits {
                max: self.retries(),
                timeout: self.timeout,
                deadline: self.deadline,
                retry_for: self.retry_for,
            },
        )?;
        Ok(self)
    }

    /// The retries that are allowed: where no number was set, 3, or as many as
    /// `retry_for` has room for.
    pub(crate) const fn retries(&self) -> u32 {
        match (self.max, self.retry_for) {
            (Some(max), _) => max,
            (None, Some(_)) => u32::MAX,
            (None, None) => 3,
        }
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
                policy.retries(),
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
