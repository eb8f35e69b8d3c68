//! The waits of a policy, and how long a call can take.

mod page;
mod text;

use retry_runtime::Policy;
use std::time::Duration;

/// No more retries than these are reckoned with one by one.
const MOST: usize = 10_000;

/// What a policy does while everything fails.
///
/// ```
/// use retry_lab::plan::Plan;
/// use std::time::Duration;
///
/// let plan = Plan::of("max = 2, backoff = fixed(100ms), timeout = 1s".parse()?);
/// assert_eq!(plan.retries().len(), 2);
/// assert_eq!(plan.longest_call(), Some(Duration::from_millis(3200)));
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    policy: Policy,
    retries: Vec<Retry>,
    /// Whether there can be more of them than were reckoned with.
    cut_off: bool,
}

/// A retry, and when it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// The shortest and the longest wait before it.
    pub wait: (Duration, Duration),
    /// The earliest and the latest that it starts, counted from the begin of the call:
    /// the earliest where the attempts before it took no time, the latest where each took
    /// the policy's `timeout`, or no time where there is none.
    pub start: (Duration, Duration),
}

/// What follows from how often attempts fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// Of the attempts, those that fail, each by itself.
    pub failure_rate: f64,
    /// Calls that fail all the same.
    pub failing: f64,
    /// Attempts a call, in the mean.
    pub attempts: f64,
    /// What a call waits in the mean.
    pub wait: Duration,
}

impl Plan {
    /// The plan of a policy.
    #[must_use]
    pub fn of(policy: Policy) -> Self {
        let mut plan = Self {
            policy,
            retries: Vec::new(),
            cut_off: false,
        };
        let timeout = policy.timeout().unwrap_or_default();
        let mut bases = (Duration::ZERO, Duration::ZERO);
        let mut start = (Duration::ZERO, Duration::ZERO);
        for number in 1..=policy.max() {
            if plan.retries.len() == MOST {
                plan.cut_off = true;
                break;
            }
            let backoff = policy.backoff();
            bases = (
                backoff.delay(number, bases.0, 0.0),
                backoff.delay(number, bases.1, 1.0 - f64::EPSILON),
            );
            let wait = (policy.jitter().apply(bases.0, 1.0), bases.1);
            start = (
                start.0.saturating_add(wait.0),
                start.1.saturating_add(timeout).saturating_add(wait.1),
            );
            if !plan.may_start(start.0) {
                break;
            }
            start.1 = plan.last_start().map_or(start.1, |last| start.1.min(last));
            plan.retries.push(Retry { wait, start });
        }
        plan
    }

    /// The policy.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// All retries of a call whose attempts all fail.
    #[must_use]
    pub fn retries(&self) -> &[Retry] {
        &self.retries
    }

    /// All waits together, at most.
    #[must_use]
    pub fn longest_waits(&self) -> Duration {
        let sum = self.waits_up_to(self.retries.len());
        self.last_start().map_or(sum, |last| sum.min(last))
    }

    /// How long a call takes at most; `None` where nothing limits it.
    #[must_use]
    pub fn longest_call(&self) -> Option<Duration> {
        self.call_of(self.retries.len())
    }

    /// Where each attempt fails with this probability, whatever the others do.
    #[must_use]
    pub fn odds(&self, failure_rate: f64) -> Odds {
        let mut odds = Odds {
            failure_rate,
            failing: failure_rate,
            attempts: 1.0,
            wait: Duration::ZERO,
        };
        for Retry { wait, .. } in &self.retries {
            odds.attempts += odds.failing;
            let mean = wait.0.saturating_add(wait.1).div_f64(2.0).as_secs_f64() * odds.failing;
            odds.wait = odds
                .wait
                .saturating_add(Duration::try_from_secs_f64(mean).unwrap_or(Duration::MAX));
            odds.failing *= failure_rate;
        }
        odds
    }

    /// How many retries are enough for this share of the calls to end, and how long these
    /// calls take at most; the time is `None` where nothing limits an attempt.
    #[must_use]
    pub fn share_ends(&self, failure_rate: f64, share: f64) -> (usize, Option<Duration>) {
        let mut left = failure_rate;
        let mut retries = 0;
        while retries < self.retries.len() && left > 1.0 - share {
            left *= failure_rate;
            retries += 1;
        }
        (retries, self.call_of(retries))
    }

    /// What a call waits at most that ends with this many retries.
    #[must_use]
    pub fn waits_up_to(&self, retries: usize) -> Duration {
        self.retries
            .iter()
            .take(retries)
            .fold(Duration::ZERO, |sum, retry| {
                sum.saturating_add(retry.wait.1)
            })
    }

    /// What a call takes at most that ends with this many retries.
    fn call_of(&self, retries: usize) -> Option<Duration> {
        let deadline = self.policy.deadline();
        let started = match retries {
            0 => Duration::ZERO,
            _ => self.retries.get(retries - 1)?.start.1,
        };
        let ended = self
            .policy
            .timeout()
            .filter(|_| !self.cut_off || self.last_start().is_some())
            .map(|timeout| started.saturating_add(timeout));
        match (ended, deadline) {
            (Some(ended), Some(deadline)) => Some(ended.min(deadline)),
            (ended, deadline) => ended.or(deadline),
        }
    }

    /// Whether a retry may start so long after the begin.
    fn may_start(&self, start: Duration) -> bool {
        self.policy.retry_for().is_none_or(|last| start <= last)
            && self
                .policy
                .deadline()
                .is_none_or(|deadline| start < deadline)
    }

    /// When the last retry may start.
    fn last_start(&self) -> Option<Duration> {
        match (self.policy.retry_for(), self.policy.deadline()) {
            (Some(last), Some(deadline)) => Some(last.min(deadline)),
            (last, deadline) => last.or(deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(words: &str) -> Plan {
        Plan::of(words.parse().unwrap())
    }

    const fn millis(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn jitter_makes_waits_shorter_and_never_longer() {
        let waits: Vec<_> = plan("max = 4, backoff = fib(50ms, 120ms), jitter = 0.2")
            .retries()
            .iter()
            .map(|retry| retry.wait)
            .collect();
        let whole = [50, 50, 100, 120].map(millis);
        assert_eq!(waits, whole.map(|wait| (wait.mul_f64(0.8), wait)));
    }

    #[test]
    fn a_random_backoff_goes_as_far_as_it_can() {
        let retries = plan("max = 3, backoff = decorrelated(100ms, 2s)").retries;
        let waits = |of: fn(&Retry) -> Duration| -> Vec<u128> {
            // The random number stays below 1.
            retries
                .iter()
                .map(|it| of(it).as_millis().next_multiple_of(100))
                .collect()
        };
        assert_eq!(waits(|retry| retry.wait.0), [100, 100, 100]);
        assert_eq!(waits(|retry| retry.wait.1), [300, 900, 2000]);
    }

    #[test]
    fn limits_end_the_call() {
        let timed = plan("max = 3, backoff = fixed(100ms), timeout = 1s");
        assert_eq!(timed.longest_call(), Some(millis(4300)));
        let short = plan("max = 3, backoff = fixed(100ms), timeout = 1s, deadline = 2s");
        assert_eq!(short.longest_call(), Some(millis(2000)));
        let soft = plan("backoff = fixed(100ms), jitter = none, timeout = 1s, retry_for = 2s");
        assert_eq!(
            (soft.retries.len(), soft.longest_call()),
            (20, Some(millis(3000)))
        );
        assert_eq!(plan("max = 3").longest_call(), None);
        assert_eq!(
            plan("max = 3, deadline = 9s").longest_call(),
            Some(millis(9000))
        );
    }

    #[test]
    fn there_may_be_more_retries_than_are_reckoned_with() {
        let unlimited = plan("max = unlimited, backoff = fixed(1ms), timeout = 1s");
        assert_eq!((unlimited.retries.len(), unlimited.cut_off), (MOST, true));
        assert_eq!(unlimited.longest_call(), None);
        let longest = plan("max = 4, backoff = fixed(100000000h), timeout = 1s");
        assert!(longest.longest_call() > Some(millis(1)));
    }

    #[test]
    fn odds_are_those_of_independent_attempts() {
        let plan = plan("max = 2, backoff = fixed(100ms), jitter = none");
        let odds = plan.odds(0.5);
        assert!((odds.failing - 0.125).abs() < 1e-12);
        assert!((odds.attempts - 1.75).abs() < 1e-12);
        assert_eq!(odds.wait, millis(75));
        assert_eq!(plan.share_ends(0.5, 0.75).0, 1);
        assert_eq!(plan.share_ends(0.0, 0.999).0, 0);
        assert_eq!(plan.share_ends(1.0, 0.999).0, 2);
    }
}
