//! The state machine of a call: outcome in, `Stop` or `Wait` out. No clock, no
//! I/O: what it has to know of the world comes in as [`World`].

use crate::{Backoff, Ended, Jitter, Policy, Verdict};
use std::time::Duration;

/// What has happened to one call so far. It is part of every retried future,
/// so it is kept to 12 bytes.
#[derive(Debug)]
pub(crate) struct Attempts {
    retries: u32,
    /// The retry after which the backoff counts anew: the server's push-back
    /// was waited for instead.
    backoff_from: u32,
    /// The last delay before jitter, in seconds, rounded down: decorrelated
    /// backoff builds on it.
    previous: f32,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Stop(Ended),
    Wait(Duration),
}

/// The world outside, asked only for what a decision needs.
pub(crate) trait World {
    /// Time until the deadline.
    fn remaining(&mut self) -> Option<Duration>;
    /// Whether a layer further out is on a retry.
    fn is_nested(&mut self) -> bool;
    /// The next delay of the user's own backoff, where there is one.
    fn delay(&mut self) -> Delay;
    /// A number from 0 up to but excluding 1.
    fn random(&mut self) -> f64;
    /// Takes one retry from the budget, if there is one left.
    fn spend(&mut self) -> bool;
}

/// Where the next delay comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Delay {
    /// The policy's backoff.
    OfPolicy,
    /// A backoff of this call's own.
    Rule(Backoff),
    /// The user's iterator.
    Given(Duration),
    /// The user's iterator is at its end.
    Over,
}

impl Attempts {
    pub(crate) const NEW: Self = Self {
        retries: 0,
        backoff_from: 0,
        previous: 0.0,
    };

    /// Retries made or decided so far.
    pub(crate) const fn retries(&self) -> u32 {
        self.retries
    }

    /// Counts a hedge among the retries. The backoff stays where it is: nothing
    /// has failed.
    pub(crate) const fn hedge(&mut self) {
        self.retries += 1;
        self.backoff_from += 1;
    }

    /// Decides after a failed attempt. The budget is asked last, so that
    /// nothing is spent on a retry that is not made.
    pub(crate) fn step(
        &mut self,
        policy: &Policy,
        verdict: Verdict,
        world: &mut impl World,
    ) -> Step {
        if verdict.is_permanent() {
            return Step::Stop(Ended::Permanent);
        }
        if verdict.is_retry_refused() {
            return Step::Stop(Ended::Pushback);
        }
        if self.retries >= policy.max {
            return Step::Stop(Ended::Exhausted);
        }
        if world.is_nested() {
            return Step::Stop(Ended::Nested);
        }
        let planned = match verdict.pushback() {
            Some(wait) if wait > policy.longest_pushback => return Step::Stop(Ended::Pushback),
            Some(wait) => Planned::Pushback(verdict.spread(wait, || world.random())),
            None => match self.backoff(policy, world) {
                Some(planned) => planned,
                None => return Step::Stop(Ended::Exhausted),
            },
        };
        if world
            .remaining()
            .is_some_and(|remaining| planned.wait() >= remaining)
        {
            return Step::Stop(Ended::Deadline);
        }
        if !world.spend() {
            return Step::Stop(Ended::Budget);
        }
        self.commit(&planned);
        Step::Wait(planned.wait())
    }

    /// The next delay; `None` at the end of the user's iterator.
    fn backoff(&self, policy: &Policy, world: &mut impl World) -> Option<Planned> {
        let (base, jitter, is_random) = match world.delay() {
            Delay::Over => return None,
            Delay::Given(delay) => (delay, policy.jitter.unwrap_or_default(), false),
            Delay::OfPolicy => (
                self.by_rule(&policy.backoff, world),
                policy.jitter_of(&policy.backoff),
                policy.backoff.is_random(),
            ),
            Delay::Rule(rule) => (
                self.by_rule(&rule, world),
                policy.jitter_of(&rule),
                rule.is_random(),
            ),
        };
        let wait = if jitter == Jitter::NONE || base.is_zero() {
            base
        } else {
            jitter.apply(base, world.random())
        };
        let built_on = is_random.then_some(base);
        Some(Planned::Backoff { built_on, wait })
    }

    fn by_rule(&self, rule: &Backoff, world: &mut impl World) -> Duration {
        let retry = self.retries - self.backoff_from + 1;
        if rule.is_random() {
            rule.delay(retry, lengthened(self.previous), world.random())
        } else {
            rule.delay(retry, Duration::ZERO, 0.0)
        }
    }

    fn commit(&mut self, planned: &Planned) {
        self.retries += 1;
        match planned {
            Planned::Pushback(_) => self.backoff_from = self.retries,
            Planned::Backoff { built_on, .. } => {
                if let Some(base) = built_on {
                    self.previous = shortened(*base);
                }
            }
        }
    }
}

/// In half the room, and never above what it was: what is built on it then
/// stays within its bounds.
fn shortened(delay: Duration) -> f32 {
    let mut seconds = delay.as_secs_f32();
    // Once as a rule. That number is rounded twice, and may be two steps above.
    while lengthened(seconds) > delay {
        seconds = f32::from_bits(seconds.to_bits() - 1);
    }
    seconds
}

fn lengthened(seconds: f32) -> Duration {
    Duration::try_from_secs_f32(seconds).unwrap_or(Duration::MAX)
}

enum Planned {
    Pushback(Duration),
    Backoff {
        /// The delay before jitter, where the next one may build on it.
        built_on: Option<Duration>,
        wait: Duration,
    },
}

impl Planned {
    const fn wait(&self) -> Duration {
        match self {
            Self::Pushback(wait) | Self::Backoff { wait, .. } => *wait,
        }
    }
}

#[cfg(test)]
mod reference;

#[cfg(test)]
mod tests;
