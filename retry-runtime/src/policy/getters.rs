//! What a policy says.

use super::Policy;
use retry_words::{Backoff, Jitter};
use std::time::Duration;

impl Policy {
    /// The number of retries after the first attempt: where none was set, 3, or, under a
    /// [`retry_for`](Self::retry_for), [`u32::MAX`], which is no limit.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// assert_eq!(Policy::DEFAULT.max(), 3);
    /// assert_eq!(Policy::DEFAULT.with_retry_for(Duration::from_secs(9)).max(), u32::MAX);
    /// ```
    #[must_use]
    pub const fn max(&self) -> u32 {
        match (self.max, self.retry_for) {
            (Some(max), _) => max,
            (None, Some(_)) => u32::MAX,
            (None, None) => 3,
        }
    }

    /// How long is waited before each retry.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT.backoff().to_string(), "exp(100ms, 1.5, 1s)");
    /// ```
    #[must_use]
    pub const fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// How much of each delay is left to chance: where nothing was set, `equal`, or none
    /// for a backoff that is random itself.
    ///
    /// ```
    /// # use retry_runtime::{Jitter, Policy};
    /// assert_eq!(Policy::DEFAULT.jitter(), Jitter::EQUAL);
    /// ```
    #[must_use]
    pub const fn jitter(&self) -> Jitter {
        self.jitter_of(&self.backoff)
    }

    /// The time that each attempt may take, if that is limited.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT.timeout(), None);
    /// ```
    #[must_use]
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// The time that the whole call may take, if that is limited.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT.deadline(), None);
    /// ```
    #[must_use]
    pub const fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// The time within which retries start, if that is limited.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// assert_eq!(Policy::DEFAULT.retry_for(), None);
    /// ```
    #[must_use]
    pub const fn retry_for(&self) -> Option<Duration> {
        self.retry_for
    }

    /// The longest push-back that is waited for.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// assert_eq!(Policy::DEFAULT.longest_pushback(), Duration::from_secs(30));
    /// ```
    #[must_use]
    pub const fn longest_pushback(&self) -> Duration {
        self.longest_pushback
    }
}
