//! One call of a retried function: asks for decisions with the real clock, dice,
//! budget and chain stop, and tells what was decided.

use super::chain_stop;
use super::decision::{Attempts, Before, Happened, World};
use super::delays::{Delays, NextDelay};
use super::failed_attempt::FailedAttempt;
use super::into_verdict::Judgement;
use super::retry_token::RetryToken;
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::end::End;
use crate::ended::Ended;
use crate::failure::Retrying;
use crate::observe::subject::{Name, Subject, Target};
use crate::observe::{self, Shown};
use crate::policy::Policy;
use crate::seams::{self, InjectedFault, Trace};
use crate::time::limit::{Deadline, Limit};
use crate::verdict::Verdict;
use retry_idempotency::attempt_scope::AttemptScope;
use std::time::Duration;

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
    pub const fn scope(&self, is_retry: bool) -> AttemptScope {
        chain_stop::scope(is_retry, false, &self.policy)
    }

    /// The same where retries inside are left free.
    #[inline]
    #[must_use]
    pub const fn scope_with_nested(&self, is_retry: bool) -> AttemptScope {
        chain_stop::scope(is_retry, true, &self.policy)
    }

    /// The call's deadline, counted from now, if there is one.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        self.policy.deadline.map(Deadline::after)
    }

    /// When the last retry may start, counted from now, if that is limited.
    #[must_use]
    pub fn retry_until(&self) -> Option<Deadline> {
        self.policy.retry_for.map(Deadline::after)
    }

    /// The limit of the attempt that starts now.
    #[must_use]
    pub fn limit(&self, deadline: Option<Deadline>) -> Option<Limit> {
        Limit::of(self.policy.timeout, deadline)
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

/// What the attempts of a call are made under.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub(crate) subject: Subject<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) budget: Option<&'a Budget>,
}

impl<'a> Terms<'a> {
    /// The same, where the function's name is the value of an expression: it is asked
    /// for where something is told.
    #[inline]
    #[must_use]
    pub const fn called(self, name: &'a dyn Fn() -> &'static str) -> Self {
        Self {
            subject: self.subject.given(name),
            ..self
        }
    }

    /// The same, where the attribute says to whom the calls go.
    #[inline]
    #[must_use]
    pub const fn to(self, target: &'a dyn Fn() -> String) -> Self {
        Self {
            subject: self.subject.to(Target::Asked(target)),
            ..self
        }
    }

    /// A call succeeded with its attempt of this number, which had `before` before it:
    /// the budget earns, and there is something to tell where it had to be repeated.
    #[inline]
    pub(crate) fn succeeded(self, attempts: u32, before: Before) {
        if let Some(budget) = self.budget {
            budget.record_success();
        }
        if attempts > 1 {
            self.recovered(attempts, before);
        } else {
            observe::succeeded(self.subject);
        }
    }

    #[cold]
    #[inline(never)]
    fn recovered(self, attempts: u32, before: Before) {
        if let (Some(budget), Some(mended)) = (self.budget, before.failure()) {
            budget.record_mended(mended);
        }
        observe::recovered(self.subject, attempts);
    }

    /// The breaker has not admitted the attempt of this number: the call ends.
    pub(crate) fn rejected(self, attempt: u32, error: Shown<'_>) {
        let judgement = Judgement::of(Verdict::not_sent());
        let failed = FailedAttempt::under(self, judgement).error(error);
        observe::rejected(&failed.told(attempt));
    }
}

/// The state of one call.
#[derive(Debug)]
pub struct Call {
    attempts: Attempts,
    pub(crate) trace: Trace,
}

impl Default for Call {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// A call that has not begun.
    #[inline]
    #[must_use]
    pub const fn new() -> Self {
        Self {
            attempts: Attempts::NEW,
            trace: Trace::NEW,
        }
    }

    /// Whether the attempt that starts or runs now is a repetition.
    #[inline]
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        self.attempts.retries() > 0
    }

    /// What the attempt that starts now is to the code inside it. A poll that asks
    /// again is no retry, and repeats what it does all the same.
    #[inline]
    pub(crate) const fn scope(&self, policy: &Policy) -> AttemptScope {
        chain_stop::scope(self.is_retry(), !self.is_after_failure(), policy)
    }

    /// Whether the attempt that starts or runs now comes after a failure, and not after
    /// the "not yet" of a poll: to the retried calls inside, that one is a first attempt.
    #[inline]
    #[must_use]
    pub const fn is_after_failure(&self) -> bool {
        !matches!(self.attempts.before(), Before::Nothing)
    }

    /// The budget that has paid for the attempt that starts now: none has for what comes
    /// after the "not yet" of a poll.
    #[inline]
    #[must_use]
    pub fn paid_by<'b>(&self, budget: Option<&'b Budget>) -> Option<&'b Budget> {
        budget.filter(|_| self.is_after_failure())
    }

    /// The number of the attempt that starts or runs now; the first is 1.
    #[inline]
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.attempts.retries().saturating_add(1)
    }

    /// The attempt that starts now.
    #[must_use]
    pub fn attempt(&self, seed: u32, limit: Option<Limit>) -> Attempt {
        let until = limit.and_then(|limit| limit.until());
        Attempt::new(self.number(), seed, until)
    }

    /// The attempt of the function of this name starts now: what it is to end in, where a
    /// test makes it fail.
    #[inline]
    pub fn begins(&mut self, name: impl FnOnce() -> Name) -> InjectedFault {
        let number = self.number();
        self.trace.attempt(name, number, false)
    }

    /// What came before the attempt that starts or runs now.
    pub(crate) const fn before(&self) -> Before {
        self.attempts.before()
    }

    /// Pays for a hedge, if `max` and the budget leave one.
    pub(crate) fn hedge_token<'b>(
        &self,
        policy: &Policy,
        budget: Option<&'b Budget>,
    ) -> Option<RetryToken<'b>> {
        let max = policy.max();
        if self.attempts.retries() >= max {
            return None;
        }
        budget
            .is_none_or(|budget| budget.try_retry(max))
            .then(|| RetryToken::by(budget))
    }

    /// Counts a hedge that is paid for.
    pub(crate) fn hedge(&mut self, subject: Subject<'_>) {
        self.attempts.hedge();
        observe::hedged(subject, self.number());
    }

    /// The call succeeded at a site whose budget, if it has one, is a static: a few words
    /// in each retried function.
    #[inline]
    pub fn succeeded_at(&self, site: &Site, budget: Option<&'static Budget>) {
        if let Some(budget) = budget {
            budget.record_success();
        }
        if self.is_retry() {
            self.recovered_at(site, budget);
        } else {
            observe::succeeded(site.terms(budget).subject);
        }
        self.trace.succeeded(self.number());
    }

    #[cold]
    #[inline(never)]
    fn recovered_at(&self, site: &Site, budget: Option<&'static Budget>) {
        let terms = site.terms(budget);
        terms.recovered(self.number(), self.attempts.before());
    }

    /// The call succeeded.
    #[inline]
    pub fn succeeded(&self, terms: Terms<'_>) {
        terms.succeeded(self.number(), self.attempts.before());
        self.trace.succeeded(self.number());
    }

    /// The failure of the attempt before the retry that was just decided.
    #[inline]
    #[must_use]
    pub const fn retrying(&self, judgement: Judgement, delay: Duration) -> Retrying {
        Retrying {
            attempt: self.attempts.retries(),
            verdict: judgement.verdict,
            delay,
        }
    }

    /// The same in a poll, whose "not yet" is no failure.
    #[inline]
    #[must_use]
    pub fn retrying_after(&self, happened: Happened, delay: Duration) -> Option<Retrying> {
        let judgement = happened.judgement?;
        Some(self.retrying(judgement, delay))
    }

    /// How the call ends that its last attempt does not mend.
    #[inline]
    #[must_use]
    pub const fn end(&self, reason: Ended) -> End {
        End::new(reason, self.number())
    }

    /// How the call ends whose next attempt was not admitted.
    #[inline]
    #[must_use]
    pub const fn end_before(&self, reason: Ended) -> End {
        End::new(reason, self.attempts.retries())
    }

    /// Decides after an attempt that failed at such a site, where there is nothing else
    /// to say. Not inlined, as all of this path: it is what each retried function has.
    ///
    /// # Errors
    ///
    /// Why retries end.
    #[cold]
    #[inline(never)]
    pub fn failed_at(
        &mut self,
        site: &Site,
        budget: Option<&'static Budget>,
        judgement: Judgement,
        error: Shown<'_>,
    ) -> Result<Duration, Ended> {
        let happened = Happened::failure(judgement);
        let failed = FailedAttempt::new(site.terms(budget), happened).error(error);
        self.decided(failed)
    }

    /// Decides after a failed attempt: how long to wait before the next one,
    /// or why there is none.
    ///
    /// # Errors
    ///
    /// Why retries end.
    #[cold]
    #[inline(never)]
    pub fn failed(&mut self, failed: FailedAttempt<'_>) -> Result<Duration, Ended> {
        self.decided(failed)
    }

    #[inline]
    fn decided(&mut self, mut failed: FailedAttempt<'_>) -> Result<Duration, Ended> {
        let number = self.number();
        let decision = self.decide(&mut failed);
        let told = failed.told(number);
        self.trace
            .failed(&told, failed.happened.judgement.is_some(), decision.ok());
        if let Err(ended) = decision {
            self.trace.ended(ended);
        }
        match (decision, failed.happened.judgement) {
            (Ok(delay), Some(_)) => observe::retrying(&told, delay),
            (Ok(delay), None) => observe::not_yet(&told, delay),
            (Err(ended), Some(_)) => observe::ended(&told, ended),
            (Err(ended), None) => observe::unfinished(&told, ended),
        }
        decision
    }

    /// The same for the attempt of this number, beside others: that there is no
    /// retry is not the end of the call then, and not told.
    #[cold]
    #[inline(never)]
    pub(crate) fn failed_beside(
        &mut self,
        number: u32,
        mut failed: FailedAttempt<'_>,
    ) -> Result<Duration, Ended> {
        let decision = self.decide(&mut failed);
        let told = failed.told(number);
        self.trace.failed(&told, true, decision.ok());
        let delay = decision?;
        observe::retrying(&told, delay);
        Ok(delay)
    }

    /// The breaker has not admitted the attempt that was about to start: the
    /// call ends, and what the budget paid for a retry is given back.
    #[cold]
    #[inline(never)]
    pub fn rejected(&self, terms: Terms<'_>, error: Shown<'_>) {
        if let Some(budget) = self.paid_by(terms.budget) {
            budget.refund();
        }
        terms.rejected(self.number(), error);
        self.trace.rejected(terms.subject, self.number());
    }

    fn decide(&mut self, failed: &mut FailedAttempt<'_>) -> Result<Duration, Ended> {
        let (terms, happened) = (&failed.terms, &failed.happened);
        if let Some(judgement) = &happened.judgement {
            if let Some(budget) = terms.budget {
                budget.record_judged(judgement.verdict, judgement.heard);
            }
            if let Some(error_type) = judgement.unknown {
                observe::unknown_error(terms.subject, error_type);
            }
        }
        let mut world = Live {
            terms,
            closed: failed.closed,
            deadline: failed.deadline.as_ref(),
            retry_until: failed.retry_until.as_ref(),
            delays: failed.delays.as_deref_mut(),
        };
        self.attempts.step(terms.policy, happened, &mut world)
    }
}

/// The world as it is.
struct Live<'f, 'a> {
    terms: &'f Terms<'a>,
    closed: Option<Ended>,
    deadline: Option<&'f Deadline>,
    retry_until: Option<&'f Deadline>,
    delays: Option<&'f mut (dyn Delays + 'a)>,
}

impl World for Live<'_, '_> {
    #[inline]
    fn closed(&mut self) -> Option<Ended> {
        self.closed
    }

    #[inline]
    fn remaining(&mut self) -> Option<Duration> {
        self.deadline.and_then(Deadline::remaining)
    }

    #[inline]
    fn retry_window(&mut self) -> Option<Duration> {
        self.retry_until.and_then(Deadline::remaining)
    }

    #[inline]
    fn is_nested(&mut self) -> bool {
        chain_stop::outer_is_retrying()
    }

    #[inline]
    fn next_delay(&mut self) -> NextDelay {
        match &mut self.delays {
            Some(delays) => delays.next_delay(),
            None => NextDelay::Policy,
        }
    }

    #[inline]
    fn random(&mut self) -> f64 {
        seams::random()
    }

    #[inline]
    fn spend(&mut self) -> bool {
        let terms = self.terms;
        terms
            .budget
            .is_none_or(|budget| budget.try_retry(terms.policy.max()))
    }
}
