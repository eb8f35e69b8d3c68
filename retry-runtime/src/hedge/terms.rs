//! What a hedged call is made under, and what it asks the engine.

use super::delay_arg::Hedge;
use crate::budget::Budget;
use crate::ended::Ended;
use crate::engine::call::Call;
use crate::engine::decision::{Before, Happened};
use crate::engine::delays::{DelaySource, PolicyDelays};
use crate::engine::failed_attempt::FailedAttempt;
use crate::engine::into_verdict::Judgement;
use crate::engine::retry_token::RetryToken;
use crate::engine::ruling::Ruling;
use crate::engine::terms::Terms;
use crate::observe::subject::{Name, Subject, Target};
use crate::observe::{self, Shown};
use crate::policy::Policy;
use crate::time::limit::Deadline;
use std::borrow::Cow;
use std::time::Duration;

/// What a hedged call is made under.
pub struct HedgedTerms<'a, D = PolicyDelays> {
    terms: HeldTerms<'a>,
    pub(super) hedge: Hedge<'a>,
    deadline: Option<Deadline>,
    retry_until: Option<Deadline>,
    delays: D,
}

/// [`Terms`] for a whole call. What is an expression is found out at its start: the
/// closure that asks for it would be a part of the future, which could not be `Send` then.
struct HeldTerms<'a> {
    name: Name,
    target: Option<Cow<'a, str>>,
    own_budget: Option<&'static Budget>,
    policy: &'a Policy,
    budget: Option<&'a Budget>,
    ruling: Ruling,
}

impl<'a> HeldTerms<'a> {
    fn of(terms: Terms<'a>) -> Self {
        Self {
            name: terms.subject.fixed(),
            target: None,
            own_budget: terms.subject.own_budget(),
            policy: terms.policy,
            budget: terms.budget,
            ruling: terms.ruling,
        }
    }

    fn get(&self) -> Terms<'_> {
        let mut subject = Subject::of(self.name);
        if let Some(target) = &self.target {
            subject = subject.to(Target::Held(target));
        }
        if let Some(budget) = self.own_budget {
            subject = subject.with_own_budget(budget);
        }
        Terms {
            subject,
            policy: self.policy,
            budget: self.budget,
            ruling: self.ruling,
        }
    }
}

/// A retry that was granted.
pub(super) struct Granted<'a> {
    pub(super) wait: Duration,
    pub(super) token: RetryToken<'a>,
    /// What it comes after.
    pub(super) before: Before,
}

impl<'a> HedgedTerms<'a> {
    /// A call under these terms, hedged so. Their budget pays for retries and
    /// hedges, and earns by the success.
    #[must_use]
    pub fn of(terms: Terms<'a>, hedge: Hedge<'a>) -> Self {
        Self {
            terms: HeldTerms::of(terms),
            hedge,
            deadline: None,
            retry_until: None,
            delays: PolicyDelays,
        }
    }

    /// The user's own backoff.
    #[must_use]
    pub fn delays<D: DelaySource>(self, delays: D) -> HedgedTerms<'a, D> {
        HedgedTerms {
            terms: self.terms,
            hedge: self.hedge,
            deadline: self.deadline,
            retry_until: self.retry_until,
            delays,
        }
    }
}

impl<'a, D> HedgedTerms<'a, D> {
    /// To whom the call goes.
    #[must_use]
    pub fn to(mut self, target: Cow<'a, str>) -> Self {
        self.terms.target = Some(target);
        self
    }

    /// The call's deadline.
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Deadline>) -> Self {
        self.deadline = deadline;
        self
    }

    /// When the last retry may start.
    #[must_use]
    pub fn retry_until(mut self, until: Option<Deadline>) -> Self {
        self.retry_until = until;
        self
    }

    /// What a push-back is too long for, if it is: the policy, or the deadline.
    pub(super) fn too_long(&self, pushback: Duration) -> Option<Ended> {
        if pushback > self.terms.policy.longest_pushback {
            return Some(Ended::Pushback);
        }
        let remaining = self.deadline.as_ref().and_then(Deadline::remaining);
        remaining
            .is_some_and(|left| pushback >= left)
            .then_some(Ended::Deadline)
    }

    /// What logs and metrics call the function.
    pub(super) const fn name(&self) -> Name {
        self.terms.name
    }

    /// The call has succeeded after that many attempts.
    pub(super) fn succeeded(&self, attempts: u32, before: Before) {
        self.terms.get().succeeded(attempts, before);
    }

    /// The call has failed after that many attempts.
    pub(super) fn ended(
        &self,
        attempts: u32,
        judgement: Judgement,
        error: Shown<'_>,
        ended: Ended,
    ) {
        let failed = FailedAttempt::under(self.terms.get(), judgement).error(error);
        observe::ended(&failed.told(attempts), ended);
    }

    /// The breaker has not admitted the attempt of this number.
    pub(super) fn rejected(&self, attempt: u32, error: Shown<'_>) {
        self.terms.get().rejected(attempt, error);
    }

    /// Takes a hedge, if there is one left. The budget is asked before the
    /// delay's own cap, because it can be given back what was not needed.
    pub(super) fn hedge(&self, call: &mut Call) -> Option<RetryToken<'a>> {
        let window = self.retry_until.as_ref().and_then(Deadline::remaining);
        if window.is_some_and(|left| left.is_zero()) {
            return None;
        }
        let token = call.hedge_token(self.terms.policy, self.terms.budget)?;
        if self.hedge.follows.is_some_and(|delay| !delay.try_hedge()) {
            return None;
        }
        call.hedge(self.terms.get().subject);
        Some(token)
    }
}

impl<'a, D: DelaySource> HedgedTerms<'a, D> {
    /// Takes a retry after the failure of the attempt of this number. `closed` is why
    /// nothing is to start any more, where that is so.
    pub(super) fn retry(
        &mut self,
        call: &mut Call,
        number: u32,
        happened: Happened,
        closed: Option<Ended>,
        error: Shown<'_>,
    ) -> Result<Granted<'a>, Ended> {
        let failed = FailedAttempt::of(self.terms.get(), happened)
            .error(error)
            .closed(closed)
            .deadline(self.deadline)
            .retry_until(self.retry_until)
            .delays(&mut self.delays);
        let wait = call.failed_beside(number, failed)?;
        Ok(Granted {
            wait,
            token: RetryToken::by(self.terms.budget),
            before: call.before(),
        })
    }
}
