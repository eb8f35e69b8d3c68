//! The arithmetic of a budget: no clock, no lock.

use std::time::Duration;

use crate::time::clock::Instant;
use retry_words::InvalidPolicy;

/// Tokens are counted in hundredths, so that a percentage of successes is a
/// whole number and sums of it are exact.
const TOKEN: f64 = 100.0;

/// Small types, so that a budget fits a cache line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) reserve: u32,
    window_millis: u32,
    pub(super) per_second: u16,
    percent: u8,
    /// Whether the reserve is as given, where a policy's `max` is more.
    pub(super) exact: bool,
}

impl Rules {
    pub(super) const STANDARD: Self = Self {
        reserve: 30,
        window_millis: 10_000,
        per_second: 0,
        percent: 20,
        exact: false,
    };

    #[allow(clippy::cast_possible_truncation, reason = "at most 100")]
    pub(super) const fn with_percent(mut self, percent: u32) -> Result<Self, InvalidPolicy> {
        if percent < 1 || percent > 100 {
            return Err(InvalidPolicy::budget_percent(percent));
        }
        self.percent = percent as u8;
        Ok(self)
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "compared with the largest before"
    )]
    pub(super) const fn with_window(mut self, window: Duration) -> Result<Self, InvalidPolicy> {
        if window.is_zero() {
            return Err(InvalidPolicy::zero_budget_window());
        }
        let millis = window.as_nanos().div_ceil(1_000_000);
        self.window_millis = if millis > u32::MAX as u128 {
            u32::MAX
        } else {
            millis as u32
        };
        Ok(self)
    }

    /// Input → output, all in hundredths of a token: what was kept, the reserve
    /// and what was earned in the last `dt` seconds → what is kept now.
    ///
    /// Only what exceeds the reserve fades, with e^(-dt/window). What was
    /// earned came in evenly over `dt`, so it has faded by the mean of that.
    fn flow(self, kept: f64, reserve: f64, earned: f64, dt: f64) -> f64 {
        let spans = dt * 1000.0 / f64::from(self.window_millis);
        // (1 - e^-x) / x, which tends to 1 for small x.
        let mean = if spans > 0.0 {
            -(-spans).exp_m1() / spans
        } else {
            1.0
        };
        let above = (kept - reserve).max(0.0) * (-spans).exp();
        let floor = reserve.min(kept + f64::from(self.per_second) * TOKEN * dt);
        (kept.min(reserve) + above + earned * mean).max(floor)
    }
}

/// What there was at the last ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    /// None before the first ask.
    at: Option<Instant>,
    /// In hundredths of a token.
    kept: f64,
    /// The count of successes that is paid out already.
    seen: u32,
    /// The largest `max` of those who asked.
    max_retries: u32,
}

impl Account {
    pub(super) const NEW: Self = Self {
        at: None,
        kept: 0.0,
        seen: 0,
        max_retries: 0,
    };

    /// The account brought from its last ask to `now`, when the counter of
    /// successes stands at `successes`.
    pub(super) fn advance(
        self,
        rules: Rules,
        successes: u32,
        now: Instant,
        max_retries: u32,
    ) -> Self {
        let max_retries = self.max_retries.max(max_retries);
        let least = if rules.exact { 0 } else { max_retries };
        let reserve = f64::from(rules.reserve.max(least)) * TOKEN;
        let Some(at) = self.at else {
            return Self {
                at: Some(now),
                kept: reserve,
                seen: successes,
                max_retries,
            };
        };
        // `now` was read before the lock was taken, so it may be the older one.
        let dt = now.saturating_duration_since(at).as_secs_f64();
        let earned = f64::from(successes.wrapping_sub(self.seen)) * f64::from(rules.percent);
        let kept = rules.flow(self.kept, reserve, earned, dt);
        Self {
            at: Some(now.max(at)),
            kept,
            seen: successes,
            max_retries,
        }
    }

    pub(super) fn take(&mut self) -> bool {
        let enough = self.kept >= TOKEN;
        if enough {
            self.kept -= TOKEN;
        }
        enough
    }

    pub(super) fn put_back(&mut self) {
        self.kept += TOKEN;
    }

    pub(super) fn tokens(&self) -> f64 {
        self.kept / TOKEN
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Rules};
    use crate::time::clock::now;

    #[test]
    fn a_counter_that_wraps_earns_what_was_added() {
        let now = now();
        let mut account = Account::NEW.advance(Rules::STANDARD, u32::MAX - 4, now, 3);
        while account.take() {}
        let account = account.advance(Rules::STANDARD, 5, now, 3);
        assert!((account.tokens() - 2.0).abs() < f64::EPSILON);
        assert_eq!(account.seen, 5);
    }

    #[test]
    fn a_counter_at_its_largest_stays_finite() {
        let now = now();
        let account = Account::NEW.advance(Rules::STANDARD, 1, now, u32::MAX);
        let account = account.advance(Rules::STANDARD, 0, now, u32::MAX);
        // 20 % of 2^32 - 1, on top of the reserve.
        let expected = f64::from(u32::MAX) * 1.2;
        assert!((account.tokens() - expected).abs() < 1e-3);
    }

    #[test]
    fn very_short_times_lose_no_precision() {
        let rules = Rules::STANDARD;
        let kept = rules.flow(0.0, 0.0, 1000.0, 1e-9);
        assert!((kept - 1000.0).abs() < 1e-6, "{kept}");
    }
}
