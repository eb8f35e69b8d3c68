//! `policy.delays()`: the waits of a policy, for loops by hand.

use crate::engine::delays::{BackoffState, NextDelay};
use crate::policy::Policy;
use std::time::Duration;

/// The waits before the retries of one call, one by one: made by [`Policy::delays`].
///
/// ```
/// use retry_runtime::{Jitter, Policy};
///
/// let delays = Policy::DEFAULT.with_jitter(Jitter::NONE).delays();
/// assert_eq!(delays.map(|wait| wait.as_millis()).collect::<Vec<_>>(), [100, 150, 225]);
/// ```
#[derive(Clone, Debug)]
pub struct Delays {
    policy: Policy,
    retries: u32,
    waited: Duration,
    backoff: BackoffState,
}

impl Policy {
    /// The waits before the retries of one call, jitter included: at most
    /// [`max`](Policy::max) of them, and together no more than
    /// [`retry_for`](Policy::retry_for) and [`deadline`](Policy::deadline). For a loop that
    /// is written by hand: what the attempts take is not seen here. A loop made by the
    /// attribute, or by [`run`](Policy::run), counts that, too, and knows push-back and
    /// budgets.
    ///
    /// ```
    /// use retry_runtime::Policy;
    ///
    /// fn fetch(mut call: impl FnMut() -> Result<u32, ()>) -> Result<u32, ()> {
    ///     let mut delays = Policy::DEFAULT.delays();
    ///     loop {
    ///         match (call(), delays.next()) {
    ///             (Err(()), Some(wait)) => std::thread::sleep(wait),
    ///             (outcome, _) => return outcome,
    ///         }
    ///     }
    /// }
    /// # let mut attempts = 0;
    /// # assert_eq!(fetch(|| { attempts += 1; if attempts < 2 { Err(()) } else { Ok(1) } }), Ok(1));
    /// ```
    #[must_use]
    pub const fn delays(&self) -> Delays {
        Delays {
            policy: *self,
            retries: 0,
            waited: Duration::ZERO,
            backoff: BackoffState::NEW,
        }
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.retries >= self.policy.max() {
            return None;
        }
        let (policy, retries) = (&self.policy, self.retries);
        self.retries = retries.saturating_add(1);
        let planned =
            self.backoff
                .plan(retries, policy, NextDelay::Policy, crate::seams::random)?;
        self.backoff.commit(&planned);
        self.waited = self.waited.saturating_add(planned.wait);
        let limits = [policy.retry_for(), policy.deadline()];
        if limits
            .into_iter()
            .flatten()
            .any(|limit| self.waited > limit)
        {
            self.retries = u32::MAX; // a shorter wait does not come after the end
            return None;
        }
        Some(planned.wait)
    }
}
