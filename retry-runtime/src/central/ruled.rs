//! What the rules come to for one function, worked out once for all its calls.

use super::words::BudgetWords;
use crate::budget::Budget;
use crate::engine::ruling::{Facts, RuledHedge, Ruling};
use crate::policy::Policy;
use crate::policy::words::{Draft, PolicyKey};
use std::time::Duration;

/// It is never freed: calls in flight hold a plain reference, which costs no count. Rules
/// that say the same again share it, so that memory grows with new rules alone.
#[derive(Debug)]
pub(crate) struct Ruled {
    /// The policy under the rules, where the code's own is a constant.
    pub(crate) policy: Option<Policy>,
    /// Retries and hedges are switched off.
    pub(crate) off: bool,
    /// When to hedge, where there are hedges.
    pub(crate) hedge: RuledHedge,
    /// The function's budget in place of its static.
    pub(crate) budget: Option<&'static Budget>,
    /// What the rules say of the policy.
    pub(super) patch: Draft,
    /// The same for a call whose policy says `max = unlimited`, which a switch for all
    /// leaves alone.
    pub(super) spared: Option<&'static Ruled>,
}

impl Ruled {
    /// Whether another one says the same.
    pub(super) fn says(&self, other: &Self) -> bool {
        let same = |one: Option<&'static Budget>, other: Option<&'static Budget>| match (one, other)
        {
            (Some(one), Some(other)) => std::ptr::eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.policy == other.policy
            && self.off == other.off
            && self.hedge == other.hedge
            && self.patch == other.patch
            && self.spared.is_some() == other.spared.is_some()
            && same(self.budget, other.budget)
    }

    /// Whether it changes anything.
    pub(super) fn is_nothing(&self) -> bool {
        !self.off
            && self.hedge == RuledHedge::Kept
            && self.budget.is_none()
            && self.patch.keys().count() == 0
    }
}

impl Ruling {
    /// Changes the policy of one call.
    pub(crate) fn applied(self, facts: Facts, policy: &mut Policy) -> Self {
        let Some(mut ruled) = self.0 else {
            return self;
        };
        if let (Some(spared), true) = (ruled.spared, is_endless(policy)) {
            ruled = spared;
        }
        apply(&ruled.patch, facts, policy);
        Self(Some(ruled))
    }
}

/// Whether the code says `max = unlimited`.
pub(super) fn is_endless(policy: &Policy) -> bool {
    policy.max == Some(u32::MAX)
}

/// Whether the code has what a rule would change.
pub(super) fn is_possible(key: PolicyKey, facts: Facts, policy: &Policy) -> bool {
    match key {
        // What must not run twice has none.
        PolicyKey::Max => policy.max != Some(0),
        PolicyKey::LongestPushback => true,
        PolicyKey::Backoff | PolicyKey::Jitter => facts.has(Facts::BACKOFF),
        PolicyKey::Timeout => facts.has(Facts::TIMEOUT),
        PolicyKey::Deadline => facts.has(Facts::DEADLINE),
        PolicyKey::RetryFor => facts.has(Facts::RETRY_FOR),
    }
}

/// Gives `policy` what the rules say, as far as the code has it. Of limits that do not fit
/// one another the smaller holds.
pub(super) fn apply(patch: &Draft, facts: Facts, policy: &mut Policy) {
    let own = *policy;
    for key in patch.keys().filter(|key| is_possible(*key, facts, &own)) {
        patch.give(key, policy);
    }
    if let Some(deadline) = policy.deadline {
        let within = |limit: Duration| limit.min(deadline);
        policy.timeout = policy.timeout.map(within);
        policy.retry_for = policy.retry_for.map(within);
    }
}

/// The budgets and the rulings that one function has had.
#[derive(Debug, Default)]
pub(super) struct Kept {
    ruled: Vec<&'static Ruled>,
    budgets: Vec<(BudgetWords, &'static Budget)>,
}

impl Kept {
    /// The ruling that says the same, if there was one, else this one, and whether it is new.
    pub(super) fn ruled(&mut self, new: Ruled) -> (&'static Ruled, bool) {
        if let Some(old) = self.ruled.iter().find(|old| old.says(&new)) {
            return (old, false);
        }
        let new: &'static Ruled = Box::leak(Box::new(new));
        self.ruled.push(new);
        (new, true)
    }

    /// The budget with these figures: one that there was keeps its level.
    pub(super) fn budget(&mut self, words: &BudgetWords) -> Option<&'static Budget> {
        if let Some((_, budget)) = self.budgets.iter().find(|(old, _)| old == words) {
            return Some(budget);
        }
        // They were checked when they were read.
        let budget: &'static Budget = Box::leak(Box::new(words.budget().ok()?));
        self.budgets.push((words.clone(), budget));
        Some(budget)
    }
}

#[cfg(test)]
mod tests;
