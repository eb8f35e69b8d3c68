//! What a hedged call was told, and what it decides by.

use super::attempt::Failed;
use super::delay_arg::Hedge;
use crate::ended::Ended;
use crate::engine::call::{Call, Failure, Terms};
use crate::engine::delays::{Delays, OfPolicy};
use crate::engine::retry_token::Paid;
use crate::observe::{self, Shown};
use crate::time::limit::Deadline;
use std::time::Duration;

/// What a hedged call was told.
pub struct Plan<'a, D = OfPolicy> {
    terms: Terms<'a>,
    pub(super) hedge: Hedge<'a>,
    deadline: Option<Deadline>,
    delays: D,
}

impl<'a> Plan<'a> {
    /// A call under these terms, hedged so. Their budget pays for retries and
    /// hedges, and earns by the success.
    #[must_use]
    pub fn of(terms: impl Into<Terms<'a>>, hedge: Hedge<'a>) -> Self {
        Self {
            terms: terms.into(),
            hedge,
            deadline: None,
            delays: OfPolicy,
        }
    }

    /// The user's own backoff.
    #[must_use]
    pub fn delays<D: Delays>(self, delays: D) -> Plan<'a, D> {
        Plan {
            terms: self.terms,
            hedge: self.hedge,
            deadline: self.deadline,
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

    /// What a push-back is too long for, if it is: the policy, or the deadline.
    pub(super) fn too_long(&self, pushback: Duration) -> Option<Ended> {
        if pushback > self.terms.policy.longest_pushback {
            return Some(Ended::Pushback);
        }
        let in_time = self.remaining().is_none_or(|left| pushback < left);
        (!in_time).then_some(Ended::Deadline)
    }

    /// An attempt has failed, unless the breaker did not let it be made.
    pub(super) fn failed(&self, call: &mut Call, failed: Failed) {
        if !failed.rejected {
            call.pay(self.terms, failed.verdict);
        }
    }

    /// The call has succeeded after that many attempts, by a retry or not.
    pub(super) fn succeeded(&self, call: &Call, attempts: u32, by_retry: bool) {
        if let Some(budget) = self.terms.budget {
            budget.record_success();
        }
        if by_retry {
            call.mended(self.terms);
        }
        if attempts > 1 {
            observe::recovered(self.terms.name, attempts);
        }
    }

    /// The call has failed after that many attempts.
    pub(super) fn ended(&self, attempts: u32, failed: Failed, error: Shown<'_>, ended: Ended) {
        let was_made = !failed.rejected;
        let failure = failure(self.terms, failed, error);
        let failed = failure.told(attempts);
        if was_made {
            observe::ended(&failed, ended);
        } else {
            observe::rejected(&failed);
        }
    }

    /// Takes a hedge, if there is one left. The budget is asked before the
    /// delay's own cap, because it can be given back what was not needed.
    pub(super) fn hedge(&self, call: &mut Call) -> Option<Paid<'a>> {
        let max = self.terms.policy.max;
        if call.retries() >= max {
            return None;
        }
        if self
            .terms
            .budget
            .is_some_and(|budget| !budget.try_retry(max))
        {
            return None;
        }
        let paid = Paid::by(self.terms.budget);
        if self.hedge.follows.is_some_and(|delay| !delay.try_hedge()) {
            return None;
        }
        call.hedge(self.terms.name);
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
        let failure = failure(self.terms, failed, error)
            .deadline(self.deadline)
            .delays(&mut self.delays);
        let wait = call.failed_beside(number, failure)?;
        Ok((wait, Paid::by(self.terms.budget)))
    }
}

fn failure<'a>(terms: Terms<'a>, failed: Failed, error: Shown<'a>) -> Failure<'a> {
    Failure::under(terms, failed.verdict)
        .error(error)
        .cut(failed.cut)
        .probe(failed.probe)
}
