//! What the central rules say of one call: found out at its start, and kept to its end.
//! Without the feature `central` it is of no size, and says nothing.

use super::site::Site;
use super::terms::Terms;
use crate::budget::Budget;
#[cfg(feature = "central")]
use crate::central::ruled::Ruled;
use crate::hedge::Hedge;
use crate::policy::Policy;
use crate::time::limit::{Deadline, Limit};
use std::time::Duration;

/// What the code has, by the bits that the attribute writes: a rule changes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "central"),
    allow(dead_code, reason = "nobody asks without the feature")
)]
pub(crate) struct Facts(pub(crate) u8);

#[cfg_attr(
    not(feature = "central"),
    allow(dead_code, reason = "nobody asks without the feature")
)]
impl Facts {
    /// An attempt can be cut.
    pub(crate) const TIMEOUT: u8 = 1;
    /// The call can.
    pub(crate) const DEADLINE: u8 = 1 << 1;
    /// The time within which retries start can be limited.
    pub(crate) const RETRY_FOR: u8 = 1 << 2;
    /// The backoff is the policy's, not an iterator of the user's.
    pub(crate) const BACKOFF: u8 = 1 << 3;
    /// Attempts are hedged.
    pub(crate) const HEDGE: u8 = 1 << 4;

    /// Those of a closure: without a hedge, and with limits where its errors can be made
    /// of them.
    pub(crate) const fn of_run(timeout: bool, deadline: bool) -> u8 {
        let timeout = if timeout { Self::TIMEOUT } else { 0 };
        let deadline = if deadline { Self::DEADLINE } else { 0 };
        timeout | deadline | Self::RETRY_FOR | Self::BACKOFF
    }

    pub(crate) const fn has(self, fact: u8) -> bool {
        self.0 & fact != 0
    }
}

/// What the central rules say of the hedges of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuledHedge {
    /// They are as the code has them.
    Kept,
    /// There are none.
    Off,
    /// They start after this delay.
    After(Duration),
}

/// What the central rules say of one call.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ruling(#[cfg(feature = "central")] pub(crate) Option<&'static Ruled>);

#[cfg_attr(
    not(feature = "central"),
    allow(clippy::unused_self, reason = "without the feature it says nothing")
)]
impl Ruling {
    /// No rule names the function.
    pub(crate) const NONE: Self = Self(
        #[cfg(feature = "central")]
        None,
    );

    /// Whether retries and hedges are switched off.
    #[inline]
    pub(crate) const fn is_off(self) -> bool {
        #[cfg(feature = "central")]
        if let Some(ruled) = self.0 {
            return ruled.off;
        }
        false
    }

    /// The policy of a site whose own one is a constant.
    #[inline]
    const fn policy(self, own: &Policy) -> &Policy {
        #[cfg(feature = "central")]
        if let Some(Ruled {
            policy: Some(policy),
            ..
        }) = self.0
        {
            return policy;
        }
        own
    }

    /// The budget of the function alone, or the rule's in place of it.
    #[inline]
    #[must_use]
    pub const fn budget(self, own: &'static Budget) -> &'static Budget {
        #[cfg(feature = "central")]
        if let Some(Ruled {
            budget: Some(budget),
            ..
        }) = self.0
        {
            return budget;
        }
        own
    }

    /// When to hedge.
    #[inline]
    #[must_use]
    pub const fn hedge(self, own: Hedge<'_>) -> Hedge<'_> {
        match self.hedging() {
            RuledHedge::Kept => own,
            RuledHedge::Off => Hedge::after(None),
            RuledHedge::After(delay) => Hedge::after(Some(delay)),
        }
    }

    /// What the rules say of hedges.
    #[inline]
    #[must_use]
    pub const fn hedging(self) -> RuledHedge {
        #[cfg(feature = "central")]
        if let Some(ruled) = self.0 {
            return if ruled.off {
                RuledHedge::Off
            } else {
                ruled.hedge
            };
        }
        RuledHedge::Kept
    }

    /// The call's deadline, counted from now, if there is one.
    #[must_use]
    pub fn deadline(self, site: &Site) -> Option<Deadline> {
        self.policy(site.policy()).deadline.map(Deadline::after)
    }

    /// When the last retry may start, counted from now, if that is limited.
    #[must_use]
    pub fn retry_until(self, site: &Site) -> Option<Deadline> {
        self.policy(site.policy()).retry_for.map(Deadline::after)
    }

    /// The limit of the attempt that starts now.
    #[must_use]
    pub fn limit(self, site: &Site, deadline: Option<Deadline>) -> Option<Limit> {
        Limit::of(self.policy(site.policy()).timeout, deadline)
    }
}

impl Terms<'_> {
    /// The same: there are no rules.
    #[cfg(not(feature = "central"))]
    #[inline]
    #[must_use]
    pub const fn under(self, _: Ruling) -> Self {
        self
    }

    /// The same under what the central rules say.
    #[cfg(feature = "central")]
    #[inline]
    #[must_use]
    pub const fn under(self, ruling: Ruling) -> Self {
        let (subject, budget) = match self.subject.own_budget() {
            Some(own) => {
                let budget = ruling.budget(own);
                (self.subject.with_own_budget(budget), Some(budget))
            }
            None => (self.subject, self.budget),
        };
        Self {
            subject,
            policy: ruling.policy(self.policy),
            budget,
            ruling,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Facts;

    const ALL: [u8; 5] = [
        Facts::TIMEOUT,
        Facts::DEADLINE,
        Facts::RETRY_FOR,
        Facts::BACKOFF,
        Facts::HEDGE,
    ];

    /// Which of all these there are.
    fn of(facts: u8) -> [bool; 5] {
        ALL.map(|fact| Facts(facts).has(fact))
    }

    #[test]
    fn each_fact_has_a_bit_of_its_own() {
        for (at, fact) in ALL.into_iter().enumerate() {
            let mut alone = [false; 5];
            alone[at] = true;
            assert_eq!(of(fact), alone);
        }
    }

    #[test]
    fn a_closure_is_limited_where_its_errors_can_be_made_of_limits() {
        for (timeout, deadline) in [(false, false), (false, true), (true, false), (true, true)] {
            let facts = Facts::of_run(timeout, deadline);
            assert_eq!(of(facts), [timeout, deadline, true, true, false]);
        }
    }
}
