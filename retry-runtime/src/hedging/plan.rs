//! What a hedged call was told, and what it decides by.

use super::after::Hedge;
use super::attempt::Failed;
use crate::call::{Call, Failure, Site};
use crate::cut::Deadline;
use crate::given::{Delays, OfPolicy};
use crate::observe::{self, Shown};
use crate::paid::Paid;
use crate::{Budget, Ended};
use std::time::Duration;

/// What a hedged call was told.
pub struct Plan<'a, D = OfPolicy> {
    site: &'a Site,
    pub(super) hedge: Hedge<'a>,
    deadline: Option<Deadline>,
    budget: Option<&'a Budget>,
    delays: D,
}

impl<'a> Plan<'a> {
    /// A call of `site`, hedged so.
    #[must_use]
    pub const fn of(site: &'a Site, hedge: Hedge<'a>) -> Self {
        Self {
            site,
            hedge,
            deadline: None,
            budget: None,
            delays: OfPolicy,
        }
    }

    /// The user's own backoff.
    #[must_use]
    pub fn delays<D: Delays>(self, delays: D) -> Plan<'a, D> {
        Plan {
            site: self.site,
            hedge: self.hedge,
            deadline: self.deadline,
            budget: self.budget,
            delays,
        }
    }
}

impl<'a, D> Plan<'a, D> {
    /// The call's deadline.
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Deadline>) -> Self {
        self.deadline = deadline;
        self
    }

    /// The budget that pays for retries and hedges, and earns by the success.
    #[must_use]
    pub fn budget(mut self, budget: &'a Budget) -> Self {
        self.budget = Some(budget);
        self
    }

    /// What a push-back is too long for, if it is: the policy, or the deadline.
    pub(super) fn too_long(&self, pushback: Duration) -> Option<Ended> {
        if pushback > self.site.policy().longest_pushback {
            return Some(Ended::Pushback);
        }
        let in_time = self.remaining().is_none_or(|left| pushback < left);
        (!in_time).then_some(Ended::Deadline)
    }

    /// The call has succeeded after that many attempts.
    pub(super) fn succeeded(&self, attempts: u32) {
        if let Some(budget) = self.budget {
            budget.record_success();
        }
        if attempts > 1 {
            observe::recovered(self.site.name(), attempts);
        }
    }

    /// The call has failed after that many attempts.
    pub(super) fn ended(&self, attempts: u32, failed: Failed, error: Shown<'_>, ended: Ended) {
        let failure = failure(self.site, self.budget, failed, error);
        observe::ended(&failure.told(attempts), ended);
    }

    /// Takes a hedge, if there is one left. The budget is asked before the
    /// delay's own cap, because it can be given back what was not needed.
    pub(super) fn hedge(&self, call: &mut Call) -> Option<Paid<'a>> {
        let max = self.site.policy().max;
        if call.retries() >= max {
            return None;
        }
        if self.budget.is_some_and(|budget| !budget.try_retry(max)) {
            return None;
        }
        let paid = Paid::by(self.budget);
        if self.hedge.follows.is_some_and(|delay| !delay.try_hedge()) {
            return None;
        }
        call.hedge(self.site);
        Some(paid)
    }

    fn remaining(&self) -> Option<Duration> {
        self.deadline.as_ref().and_then(Deadline::remaining)
    }
}

impl<'a, D: Delays> Plan<'a, D> {
    /// Takes a retry after the failure of the attempt of this number: how long
    /// to wait for it.
    pub(super) fn retry(
        &mut self,
        call: &mut Call,
        number: u32,
        failed: Failed,
        error: Shown<'_>,
    ) -> Result<(Duration, Paid<'a>), Ended> {
        let failure = failure(self.site, self.budget, failed, error)
            .deadline(self.deadline)
            .delays(&mut self.delays);
        let wait = call.failed_beside(number, failure)?;
        Ok((wait, Paid::by(self.budget)))
    }
}

fn failure<'a>(
    site: &'a Site,
    budget: Option<&'a Budget>,
    failed: Failed,
    error: Shown<'a>,
) -> Failure<'a> {
    let failure = Failure::of(site, failed.verdict)
        .error(error)
        .cut(failed.cut)
        .probe(failed.probe);
    match budget {
        Some(budget) => failure.budget(budget),
        None => failure,
    }
}
