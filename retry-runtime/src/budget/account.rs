//! The arithmetic of a budget: no clock, no lock.

use super::rules::{BudgetRules, RETRY, Share, TOKEN};
#[cfg(feature = "tracing")]
use super::stretch::Stretch;
use crate::time::clock::Instant;
use crate::verdict::Verdict;

/// What there was when it was last looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    /// None before the first look.
    at: Option<Instant>,
    /// In thousandths of a token.
    level: f64,
    /// The count of successes that is paid out already.
    seen: u32,
    /// The largest `max` of the policies that asked, as far as it makes a
    /// difference; 0 before the first.
    max_retries: u8,
    #[cfg(feature = "tracing")]
    pub(super) stretch: Stretch,
}

impl Account {
    pub(super) const NEW: Self = Self {
        at: None,
        level: 0.0,
        seen: 0,
        max_retries: 0,
        #[cfg(feature = "tracing")]
        stretch: Stretch::NEW,
    };

    /// The account brought to `now`, when the counter of successes stands at
    /// `successes`. What was counted before the first look earns nothing: nobody
    /// knows when it was.
    pub(super) fn advance(self, rules: BudgetRules, successes: u32, now: Instant) -> Self {
        let mut next = Self {
            at: Some(self.at.map_or(now, |at| now.max(at))),
            seen: successes,
            ..self
        };
        next.level = match (self.at, rules) {
            (None, BudgetRules::Share(share)) => next.reserve(share),
            (None, BudgetRules::Throttle(throttle)) => throttle.max_tokens(),
            (Some(at), _) => {
                let earned = f64::from(successes.wrapping_sub(self.seen)) * rules.earned();
                // `now` was read before the lock was taken, so it may be the older one.
                let dt = now.saturating_duration_since(at).as_secs_f64();
                match rules {
                    BudgetRules::Share(share) => {
                        share.flow(self.level, next.reserve(share), earned, dt)
                    }
                    BudgetRules::Throttle(throttle) => {
                        (self.level + earned).min(throttle.max_tokens())
                    }
                }
            }
        };
        next
    }

    /// Takes one retry for a policy that makes `max` of them, if there is enough.
    pub(super) fn take(&mut self, rules: BudgetRules, max: u32) -> bool {
        match rules {
            BudgetRules::Share(share) => {
                self.raise(share, max);
                let enough = self.level >= RETRY;
                if enough {
                    self.level -= RETRY;
                }
                enough
            }
            BudgetRules::Throttle(throttle) => self.level > throttle.threshold(),
        }
    }

    /// Raises the reserve for a policy that makes `max` retries. The first one
    /// finds it filled; what later ones add is filled by successes.
    fn raise(&mut self, share: Share, max: u32) {
        let (before, is_first) = (self.reserve(share), self.max_retries == 0);
        let max = u8::try_from(max).unwrap_or(u8::MAX);
        self.max_retries = self.max_retries.max(max);
        if is_first {
            self.level += self.reserve(share) - before;
        }
    }

    /// An attempt has failed.
    pub(super) fn fail(&mut self, rules: BudgetRules, verdict: Verdict) {
        let cost = rules.cost(verdict, self.is_fresh());
        self.level = (self.level - cost).max(0.0);
    }

    /// A retry has succeeded after a failure with this verdict.
    pub(super) fn mend(&mut self, rules: BudgetRules, verdict: Verdict) {
        self.level += rules.mended(verdict);
    }

    /// What [`take`](Self::take) took.
    pub(super) fn put_back(&mut self, rules: BudgetRules) {
        if let BudgetRules::Share(_) = rules {
            self.level += RETRY;
        }
    }

    /// In tokens: for retries, or above the threshold of a throttle.
    pub(super) fn tokens(&self, rules: BudgetRules) -> f64 {
        let threshold = match rules {
            BudgetRules::Share(_) => 0.0,
            BudgetRules::Throttle(throttle) => throttle.threshold(),
        };
        (self.level - threshold).max(0.0) / TOKEN
    }

    fn reserve(&self, share: Share) -> f64 {
        share.reserve(self.max_retries.into(), self.is_fresh())
    }

    /// Whether nothing has succeeded yet.
    const fn is_fresh(&self) -> bool {
        self.seen == 0
    }
}

#[cfg(test)]
mod tests;
