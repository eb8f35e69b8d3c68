//! A call site: what a retried function is called, its policy, and what a call there is
//! made under.

use super::chain_stop;
use super::ruling::{Facts, Ruling};
use super::terms::Terms;
use crate::budget::Budget;
use crate::observe::subject::{Name, Subject};
use crate::policy::Policy;
use retry_idempotency::attempt_scope::AttemptScope;

/// What a call site is: its name in log and metric, and its policy.
#[derive(Debug)]
pub struct Site {
    name: Name,
    policy: Policy,
}

impl Site {
    /// A call site that goes by `name`.
    #[must_use]
    pub const fn new(name: Name, policy: Policy) -> Self {
        Self { name, policy }
    }

    /// What the attempt that starts now is to the code inside it.
    #[inline]
    #[must_use]
    pub fn scope(&self, is_retry: bool) -> AttemptScope {
        let scope = chain_stop::scope(is_retry, false, &self.policy);
        chain_stop::unless_off(scope, || self.is_off())
    }

    /// The same where retries inside are left free.
    #[inline]
    #[must_use]
    pub fn scope_with_nested(&self, is_retry: bool) -> AttemptScope {
        let scope = chain_stop::scope(is_retry, true, &self.policy);
        chain_stop::unless_off(scope, || self.is_off())
    }

    /// Whether the central rules have switched the retries off.
    #[cfg_attr(
        not(feature = "central"),
        allow(clippy::unused_self, reason = "without the feature nobody does")
    )]
    fn is_off(&self) -> bool {
        #[cfg(feature = "central")]
        return self.name.is_off();
        #[cfg(not(feature = "central"))]
        false
    }

    /// What the central rules say of the call that starts now. `own` is the budget of
    /// the function alone.
    #[inline]
    #[must_use]
    pub fn ruling(&'static self, facts: u8, own: Option<&'static Budget>) -> Ruling {
        #[cfg(feature = "central")]
        return self.name.ruling(Facts(facts), own, &self.policy, true);
        #[cfg(not(feature = "central"))]
        {
            let _ = (Facts(facts), own);
            Ruling::NONE
        }
    }

    /// The same of a site whose policy was made for this call alone, and is changed in
    /// place.
    #[inline]
    #[must_use]
    pub fn ruled(&mut self, facts: u8, own: Option<&'static Budget>) -> Ruling {
        let facts = Facts(facts);
        #[cfg(feature = "central")]
        {
            let ruling = self.name.ruling(facts, own, &self.policy, false);
            ruling.applied(facts, &mut self.policy)
        }
        #[cfg(not(feature = "central"))]
        {
            let _ = (facts, own);
            Ruling::NONE
        }
    }

    /// The policy as the code has it.
    #[inline]
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Its terms, with a budget that pays for retries. That there is one is to
    /// be seen in the code, so that a success need not look for it in a static.
    #[inline]
    #[must_use]
    pub const fn paid_by<'a>(&'a self, budget: &'a Budget) -> Terms<'a> {
        Terms {
            subject: Subject::of(self.name),
            policy: &self.policy,
            budget: Some(budget),
            ruling: Ruling::NONE,
        }
    }

    /// The same with the budget that is a static of the function.
    #[inline]
    #[must_use]
    pub const fn paid_by_own<'a>(&'a self, budget: &'static Budget) -> Terms<'a> {
        Terms {
            subject: Subject::of(self.name).with_own_budget(budget),
            policy: &self.policy,
            budget: Some(budget),
            ruling: Ruling::NONE,
        }
    }

    /// Its terms, without a budget.
    #[inline]
    #[must_use]
    pub const fn unpaid(&self) -> Terms<'_> {
        Terms {
            subject: Subject::of(self.name),
            policy: &self.policy,
            budget: None,
            ruling: Ruling::NONE,
        }
    }

    /// Its terms, with the budget that is a static of the function, if there is one.
    #[inline]
    pub(crate) const fn terms(&self, budget: Option<&'static Budget>) -> Terms<'_> {
        match budget {
            Some(budget) => self.paid_by_own(budget),
            None => self.unpaid(),
        }
    }

    /// What logs and metrics call it.
    #[inline]
    #[must_use]
    pub const fn name(&self) -> Name {
        self.name
    }
}
