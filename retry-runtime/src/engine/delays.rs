//! How long to wait before a retry: the backoff and its jitter, and where a call's
//! own delays come from.

use crate::policy::Policy;
use retry_words::{Backoff, Jitter};
use std::time::Duration;

/// Where the next delay of a call comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NextDelay {
    /// The policy's backoff.
    Policy,
    /// A backoff of this call's own.
    Rule(Backoff),
    /// The user's iterator.
    Given(Duration),
    /// The user's iterator is at its end, and so are the retries.
    Over,
}

/// The delays of one call.
pub trait DelaySource {
    /// Asked once for each retry.
    fn next_delay(&mut self) -> NextDelay;
}

/// Nothing was given: the policy's backoff decides.
#[derive(Debug)]
pub struct PolicyDelays;

/// A rule that was given.
#[derive(Debug)]
pub struct RuleDelays(pub(crate) Backoff);

/// An iterator that was given.
#[derive(Debug)]
pub struct IterDelays<I>(pub(crate) I);

impl DelaySource for PolicyDelays {
    fn next_delay(&mut self) -> NextDelay {
        NextDelay::Policy
    }
}

impl DelaySource for RuleDelays {
    fn next_delay(&mut self) -> NextDelay {
        NextDelay::Rule(self.0)
    }
}

impl<I: Iterator<Item = Duration>> DelaySource for IterDelays<I> {
    fn next_delay(&mut self) -> NextDelay {
        self.0.next().map_or(NextDelay::Over, NextDelay::Given)
    }
}

/// How far the backoff of a call is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackoffState {
    /// The retry after which the backoff counts anew: the server's push-back
    /// was waited for instead.
    counts_from: u32,
    /// The last delay before jitter, in seconds, rounded down: decorrelated
    /// backoff builds on it.
    previous: f32,
}

/// A delay, and what the next one builds on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    pub(crate) wait: Duration,
    next: BackoffState,
}

impl BackoffState {
    pub(crate) const NEW: Self = Self {
        counts_from: 0,
        previous: 0.0,
    };

    /// A hedge has started: the backoff stays where it is, since nothing has failed.
    pub(super) const fn skip(&mut self) {
        self.counts_from = self.counts_from.saturating_add(1);
    }

    /// The retry that was planned is made.
    pub(crate) const fn commit(&mut self, planned: &Planned) {
        *self = planned.next;
    }

    /// The server's push-back in place of the delay after so many retries; the backoff
    /// starts over behind it (gRPC A6).
    pub(super) const fn pushed_back(self, retries: u32, wait: Duration) -> Planned {
        Planned {
            wait,
            next: Self {
                counts_from: retries.saturating_add(1),
                ..self
            },
        }
    }

    /// The delay after so many retries; `None` at the end of the user's iterator.
    #[inline]
    pub(crate) fn plan(
        self,
        retries: u32,
        policy: &Policy,
        next: NextDelay,
        mut random: impl FnMut() -> f64,
    ) -> Option<Planned> {
        let rule = match &next {
            NextDelay::Over => return None,
            NextDelay::Given(base) => {
                let jitter = policy.jitter.unwrap_or_default();
                return Some(Planned {
                    wait: jittered(*base, jitter, random),
                    next: self,
                });
            }
            NextDelay::Policy => &policy.backoff,
            NextDelay::Rule(rule) => rule,
        };
        if rule.longest().is_zero() {
            let wait = Duration::ZERO;
            return Some(Planned { wait, next: self });
        }
        let count = retries.saturating_add(1).saturating_sub(self.counts_from);
        let (base, previous) = if rule.is_random() {
            let base = rule.delay(count, lengthened(self.previous), random());
            (base, shortened(base))
        } else {
            (rule.delay(count, Duration::ZERO, 0.0), self.previous)
        };
        Some(Planned {
            wait: jittered(base, policy.jitter_of(rule), random),
            next: Self { previous, ..self },
        })
    }
}

fn jittered(base: Duration, jitter: Jitter, mut random: impl FnMut() -> f64) -> Duration {
    if jitter == Jitter::NONE || base.is_zero() {
        base
    } else {
        jitter.apply(base, random())
    }
}

/// The server's push-back, lengthened by up to a quarter where many clients were
/// told the same time: `random` is from 0 up to but excluding 1.
pub(super) fn spread(wait: Duration, random: f64) -> Duration {
    wait.saturating_add(
        Duration::try_from_secs_f64(wait.as_secs_f64() * random / 4.0).unwrap_or_default(),
    )
}

/// In half the room, and never above what it was: what is built on it then
/// stays within its bounds.
fn shortened(delay: Duration) -> f32 {
    let mut seconds = delay.as_secs_f32();
    // The conversion to seconds and the one to `f32` both round to the nearest, so
    // the result may be up to two steps too large.
    while lengthened(seconds) > delay {
        seconds = f32::from_bits(seconds.to_bits() - 1);
    }
    seconds
}

fn lengthened(seconds: f32) -> Duration {
    Duration::try_from_secs_f32(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_delay_is_kept_well_enough_and_never_longer() {
        let below_a_second = (0..1_000_000).map(|step| Duration::from_nanos(step * 997));
        for delay in below_a_second.chain([
            Duration::from_nanos(1),
            Duration::from_nanos(123_456_789),
            Duration::new(86_400, 999_999_999),
            Duration::from_secs(u64::MAX),
            Duration::MAX,
        ]) {
            let kept = lengthened(shortened(delay));
            assert!(kept <= delay, "{delay:?} was kept as {kept:?}");
            assert!(
                kept >= delay
                    .mul_f64(1.0 - 1e-6)
                    .saturating_sub(Duration::from_nanos(1)),
                "{delay:?} was kept as {kept:?}"
            );
        }
    }

    #[test]
    fn nothing_is_drawn_where_there_is_nothing_to_jitter() {
        let undrawn = || unreachable!("a random number is drawn");
        let wait = Duration::from_secs(1);
        assert_eq!(jittered(wait, Jitter::NONE, undrawn), wait);
        assert_eq!(
            jittered(Duration::ZERO, Jitter::FULL, undrawn),
            Duration::ZERO
        );
    }

    #[test]
    fn a_spread_wait_is_at_least_as_long_and_at_most_a_quarter_longer() {
        let wait = Duration::from_secs(8);
        assert_eq!(spread(wait, 0.0), wait);
        assert_eq!(spread(wait, 0.5), Duration::from_secs(9));
        assert!(spread(wait, 1.0 - f64::EPSILON) <= Duration::from_secs(10));
        assert_eq!(spread(Duration::MAX, 0.9), Duration::MAX);
    }
}
