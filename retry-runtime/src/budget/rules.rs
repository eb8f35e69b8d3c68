//! The figures of a budget, and what things cost by them.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::verdict::Verdict;
use retry_words::InvalidPolicy;

/// Tokens are counted in thousandths: a percentage of successes is a whole number
/// of them, and so is a ratio of three decimals, all that gRPC A6 reads of one.
/// Sums of whole numbers are exact.
pub(super) const TOKEN: f64 = 1000.0;

/// What a failed attempt takes, and what a retry takes.
pub(super) const FAILURE: f64 = TOKEN;
pub(super) const RETRY: f64 = TOKEN;
/// What a retry that succeeds earns: what it and the failure before it took.
pub(super) const MENDED: f64 = FAILURE + RETRY;
/// The same after a time-out. Where half of the nodes hang, two attempts in a row are
/// as likely to fail as not, and a retry that succeeds has to pay for one that fails.
/// With as much after other errors an overload would be fed that does not say so.
pub(super) const MENDED_TIME_OUT: f64 = 5.0 * TOKEN;

/// However many retries a policy makes, it raises a reserve no further than this.
const RAISED_AT_MOST: u32 = 200;

/// How tokens come and go. Small types, so that a budget fits a cache line.
#[derive(Clone, Copy, Debug)]
pub(super) enum BudgetRules {
    Share(Share),
    #[cfg_attr(
        not(feature = "service-config"),
        allow(dead_code, reason = "only a service config makes it")
    )]
    Throttle(Throttle),
}

/// A share of the recent successes, and a reserve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    reserve: u32,
    window_millis: NonZeroU32,
    per_second: u16,
    /// What a success earns, in thousandths of a token.
    earned: u16,
}

/// gRPC A6's `retryThrottling`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Throttle {
    max_tokens: u16,
    /// What a success earns, in thousandths of a token.
    earned: u32,
}

impl BudgetRules {
    /// What a success earns, in thousandths of a token.
    pub(super) fn earned(self) -> f64 {
        match self {
            Self::Share(share) => share.earned.into(),
            Self::Throttle(throttle) => throttle.earned.into(),
        }
    }

    /// What a failed attempt is charged by, of which `decided` is what the loop goes by
    /// and `own` what the error says itself.
    pub(super) fn charged_by(self, decided: Verdict, own: Verdict) -> Verdict {
        match self {
            // A6 goes by the codes that the service config lists.
            Self::Throttle(_) => decided,
            // It is retried, whatever the error says of that: a retry that succeeds is
            // to earn back what was taken.
            Self::Share(_) if decided.is_retryable() && own.is_permanent() => {
                Verdict::transient().against_service(own.is_against_service())
            }
            Self::Share(_) => own,
        }
    }

    /// What a failed attempt takes. `fresh`: nothing has succeeded yet.
    pub(super) fn cost(self, verdict: Verdict, fresh: bool) -> f64 {
        let retried = verdict.is_retryable() || verdict.is_retry_refused();
        let free = match self {
            // A connection that is refused is no load. Before the first success
            // there is nothing to tell an outage from, and a process that has
            // just started is to make the retries of its first calls.
            Self::Share(_) => fresh || verdict.is_not_sent() || !verdict.is_against_service(),
            // By the status alone.
            Self::Throttle(_) => false,
        };
        if retried && !free { FAILURE } else { 0.0 }
    }

    /// What a retry earns that has succeeded after a failure with this verdict.
    pub(super) fn mended(self, verdict: Verdict) -> f64 {
        match self {
            Self::Throttle(_) => 0.0,
            Self::Share(_) if verdict.is_overloaded() => 0.0,
            Self::Share(_) if verdict.is_timed_out() => MENDED_TIME_OUT,
            Self::Share(_) => MENDED,
        }
    }
}

impl Share {
    pub(super) const STANDARD: Self = Self {
        reserve: 10,
        window_millis: NonZeroU32::new(10_000).unwrap(),
        per_second: 0,
        earned: 150,
    };

    #[allow(clippy::cast_possible_truncation, reason = "at most 1000")]
    pub(super) const fn with_percent(mut self, percent: u32) -> Result<Self, InvalidPolicy> {
        if percent < 1 || percent > 100 {
            return Err(InvalidPolicy::budget_percent(percent));
        }
        self.earned = percent as u16 * 10;
        Ok(self)
    }

    pub(super) const fn with_reserve(mut self, tokens: u32) -> Self {
        self.reserve = tokens;
        self
    }

    pub(super) const fn with_per_second(mut self, tokens: u16) -> Self {
        self.per_second = tokens;
        self
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "compared with the largest before"
    )]
    pub(super) const fn with_window(mut self, window: Duration) -> Result<Self, InvalidPolicy> {
        let millis = window.as_nanos().div_ceil(1_000_000);
        let millis = if millis > u32::MAX as u128 {
            u32::MAX
        } else {
            millis as u32
        };
        match NonZeroU32::new(millis) {
            Some(millis) => {
                self.window_millis = millis;
                Ok(self)
            }
            None => Err(InvalidPolicy::zero_budget_window()),
        }
    }

    /// The reserve for policies of `max` retries: two tokens for each, since a call that
    /// fails throughout pays for every retry and for the failure before it. `fresh`:
    /// nothing has succeeded yet, and failures cost nothing; then it lasts for all retries
    /// of three calls. A reserve of 0 stays 0.
    pub(super) fn reserve(self, max: u32, fresh: bool) -> f64 {
        let for_max = max.saturating_mul(if fresh { 3 } else { 2 });
        let tokens = match self.reserve {
            0 => 0,
            reserve => reserve.max(for_max.min(RAISED_AT_MOST)),
        };
        f64::from(tokens) * TOKEN
    }

    /// The level after `dt` seconds in which `earned` came in evenly.
    ///
    /// Up to the reserve the level rises in a straight line, by what is earned or
    /// by `per_second`, whichever is faster, and nothing fades. What is beyond the
    /// reserve fades with e^(-t/window), while more of it comes in. Both are exact
    /// integrals, so that the level does not depend on how often it is asked for.
    pub(super) fn flow(self, level: f64, reserve: f64, earned: f64, dt: f64) -> f64 {
        let by_time = f64::from(self.per_second) * TOKEN * dt;
        let refill = earned.max(by_time);
        let missing = (reserve - level).max(0.0);
        if missing > 0.0 && refill <= missing {
            return level + refill;
        }
        let part_of_time = if missing > 0.0 { missing / refill } else { 0.0 };
        let rest = if earned < by_time {
            earned * (1.0 - part_of_time)
        } else {
            earned - missing
        };
        let windows = dt * (1.0 - part_of_time) * 1000.0 / f64::from(self.window_millis.get());
        let above = (level - reserve).max(0.0);
        reserve + above * (-windows).exp() + rest * left_of_even(windows)
    }
}

/// What is left of an even income after as many windows: (1 - e^-x) / x, which
/// tends to 1 for small x.
fn left_of_even(windows: f64) -> f64 {
    if windows > 0.0 {
        -(-windows).exp_m1() / windows
    } else {
        1.0
    }
}

impl Throttle {
    #[cfg(any(feature = "service-config", test))]
    pub(super) const fn new(max_tokens: u16, earned: u32) -> Self {
        Self { max_tokens, earned }
    }

    pub(super) fn max_tokens(self) -> f64 {
        f64::from(self.max_tokens) * TOKEN
    }

    /// Above this much there are retries.
    pub(super) fn threshold(self) -> f64 {
        self.max_tokens() / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_retried_against_the_errors_word_is_charged() {
        let failed = Verdict::permanent().against_service(true);
        let share = BudgetRules::Share(Share::STANDARD);
        let charged = |decided, own| share.cost(share.charged_by(decided, own), false) > 0.0;
        assert!(charged(Verdict::transient(), failed));
        assert!(!charged(Verdict::permanent(), failed));
        // A "not found" that is asked for again is no failure of the service.
        assert!(!charged(Verdict::transient(), Verdict::permanent()));
        // What the error says of itself goes before what the loop makes of it.
        assert!(charged(Verdict::permanent(), Verdict::transient()));
        assert!(!charged(Verdict::transient(), Verdict::not_sent()));
    }

    #[test]
    fn a_throttle_goes_by_the_listed_codes_alone() {
        let throttle = BudgetRules::Throttle(Throttle {
            max_tokens: 10,
            earned: 100,
        });
        let charged = |decided, own| throttle.charged_by(decided, own) == decided;
        for own in [
            Verdict::transient(),
            Verdict::permanent(),
            Verdict::not_sent(),
        ] {
            assert!(charged(Verdict::permanent(), own));
            assert!(charged(Verdict::transient(), own));
        }
    }
}
