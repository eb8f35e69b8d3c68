//! What a policy can be told: each setting on a copy of it.

use super::Policy;
use retry_words::{Backoff, Jitter};
use std::time::Duration;

impl Policy {
    /// At most this many **retries** after the first attempt, as in Kitex and
    /// Polly: 3 means up to 4 attempts, 0 means one attempt. [`u32::MAX`] is no limit,
    /// `unlimited` in words: where nothing else ends the retries, a
    /// [`Budget`](crate::Budget) should pay for them.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// const TWO_ATTEMPTS: Policy = Policy::DEFAULT.with_max(1);
    /// # let _ = TWO_ATTEMPTS;
    /// ```
    pub const fn with_max(mut self, retries: u32) -> Self {
        self.max = Some(retries);
        self
    }

    /// How long to wait before each retry.
    ///
    /// ```
    /// # use retry_runtime::{Backoff, Policy};
    /// # use std::time::Duration;
    /// # fn main() -> Result<(), retry_runtime::InvalidPolicy> {
    /// let steady = Policy::DEFAULT.with_backoff(Backoff::fixed(Duration::from_millis(50))?);
    /// # let _ = steady; Ok(()) }
    /// ```
    pub const fn with_backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// How much of each delay is left to chance; see [`Jitter`].
    ///
    /// ```
    /// # use retry_runtime::{Jitter, Policy};
    /// const EXACT: Policy = Policy::DEFAULT.with_jitter(Jitter::NONE);
    /// # let _ = EXACT;
    /// ```
    pub const fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = Some(jitter);
        self
    }

    /// The time that **each attempt** may take, counted anew for every one.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const PATIENT: Policy = Policy::DEFAULT.with_timeout(Duration::from_secs(5));
    /// # let _ = PATIENT;
    /// ```
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
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
    /// const BOUNDED: Policy = Policy::DEFAULT.with_deadline(Duration::from_secs(10));
    /// # let _ = BOUNDED;
    /// ```
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
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
    /// [`with_max`](Self::with_max), retries are unlimited.
    ///
    /// ```
    /// # use retry_runtime::Policy;
    /// # use std::time::Duration;
    /// const PERSISTENT: Policy = Policy::DEFAULT.with_retry_for(Duration::from_secs(30));
    /// # let _ = PERSISTENT;
    /// ```
    pub const fn with_retry_for(mut self, time: Duration) -> Self {
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
    /// const IMPATIENT: Policy = Policy::DEFAULT.with_longest_pushback(Duration::from_secs(2));
    /// # let _ = IMPATIENT;
    /// ```
    pub const fn with_longest_pushback(mut self, longest: Duration) -> Self {
        self.longest_pushback = longest;
        self
    }
}
