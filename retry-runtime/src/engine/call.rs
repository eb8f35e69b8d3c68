//! One call of a retried function: asks for decisions with the real clock, dice,
//! budget and chain stop, and tells what was decided.

use super::chain_stop;
use super::decision::{Attempts, Before, Closing, Happened, World};
use super::failed_attempt::FailedAttempt;
use super::into_verdict::Judgement;
use super::retry_token::RetryToken;
use super::ruling::Ruling;
use super::site::Site;
use super::terms::Terms;
use super::world::{Live, Unlimited};
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::end::End;
use crate::ended::Ended;
use crate::failure::Retrying;
use crate::observe::subject::{Name, Subject};
use crate::observe::{self, FailureReport, Shown, ShownIfTold};
use crate::policy::Policy;
use crate::seams::{InjectedFault, Trace};
use crate::time::limit::Limit;
use retry_idempotency::attempt_scope::AttemptScope;
use std::time::Duration;

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
    pub fn succeeded_at(&self, site: &Site, budget: Option<&'static Budget>, ruling: Ruling) {
        let budget = budget.map(|budget| ruling.budget(budget));
        if let Some(budget) = budget {
            budget.record_success();
        }
        if !self.is_retry() {
            observe::succeeded(site.terms(budget).subject);
        } else if budget.is_some() || observe::IS_TOLD {
            self.recovered_at(site, budget);
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

    /// How the call ends where its last attempt is the one that runs now.
    #[inline]
    #[must_use]
    pub const fn end(&self, reason: Ended) -> End {
        End::new(reason, self.number())
    }

    /// How the call ends where its next attempt was not admitted.
    #[inline]
    #[must_use]
    pub const fn end_before(&self, reason: Ended) -> End {
        End::new(reason, self.attempts.retries())
    }

    /// Decides after an attempt that failed at such a site, where there is nothing else
    /// to say.
    ///
    /// # Errors
    ///
    /// Why retries end.
    #[inline]
    pub fn failed_at(
        &mut self,
        site: &Site,
        budget: Option<&'static Budget>,
        ruling: Ruling,
        judgement: Judgement,
        error: Shown<'_>,
    ) -> Result<Duration, Ended> {
        let error = ShownIfTold::of(error);
        self.decided_at(site, budget, ruling, judgement, error)
            .unpacked()
    }

    /// The same, returned in two registers. Not inlined, like the rest of the failing path:
    /// each retried function would have a copy.
    #[cold]
    #[inline(never)]
    fn decided_at(
        &mut self,
        site: &Site,
        budget: Option<&'static Budget>,
        ruling: Ruling,
        judgement: Judgement,
        error: ShownIfTold<'_>,
    ) -> Packed {
        let terms = site.terms(budget).under(ruling);
        let (number, judgement) = (self.number(), Some(&judgement));
        let decision = self.decide(terms, judgement, None, &mut Unlimited(terms));
        let told = terms.told(number, judgement, error.shown());
        self.tell(&told, judgement, decision);
        Packed::of(decision)
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
        let (terms, happened, error) = (failed.terms, failed.happened, failed.error);
        let (number, judgement) = (self.number(), happened.judgement.as_ref());
        let decision = self.decide_within(failed);
        self.tell(&terms.told(number, judgement, error), judgement, decision);
        decision
    }

    #[inline]
    fn tell(
        &self,
        told: &FailureReport<'_>,
        judgement: Option<&Judgement>,
        decision: Result<Duration, Ended>,
    ) {
        self.trace.failed(told, judgement.is_some(), decision.ok());
        if let Err(ended) = decision {
            self.trace.ended(ended);
        }
        match (decision, judgement) {
            (Ok(delay), Some(_)) => retrying(told, delay),
            (Ok(delay), None) => observe::not_yet(told, delay),
            (Err(ended), Some(_)) => observe::ended(told, ended),
            (Err(ended), None) => observe::unfinished(told, ended),
        }
    }

    /// The same for the attempt of this number, beside others: that there is no
    /// retry is not the end of the call then, and not told.
    #[cold]
    #[inline(never)]
    pub(crate) fn failed_beside(
        &mut self,
        number: u32,
        failed: FailedAttempt<'_>,
    ) -> Result<Duration, Ended> {
        let (terms, happened, error) = (failed.terms, failed.happened, failed.error);
        let decision = self.decide_within(failed);
        let told = terms.told(number, happened.judgement.as_ref(), error);
        self.trace.failed(&told, true, decision.ok());
        let delay = decision?;
        retrying(&told, delay);
        Ok(delay)
    }

    /// What this budget has paid for the attempt that is about to start: given back
    /// where it is dropped unspent, on a panic too.
    #[inline]
    #[must_use]
    pub fn unstarted<'b>(&self, budget: Option<&'b Budget>) -> RetryToken<'b> {
        RetryToken::by(self.paid_by(budget))
    }

    /// The breaker has not admitted the attempt that was about to start: the
    /// call ends, and what the budget `paid` for a retry is given back.
    #[cold]
    #[inline(never)]
    pub fn rejected(&self, terms: Terms<'_>, paid: RetryToken<'_>, error: Shown<'_>) {
        // Before the metrics are told of the budget's level.
        drop(paid);
        terms.rejected(self.number(), error);
        self.trace.rejected(terms.subject, self.number());
    }

    /// Decides within all that limits the call.
    fn decide_within(&mut self, failed: FailedAttempt<'_>) -> Result<Duration, Ended> {
        let (terms, happened) = (failed.terms, failed.happened);
        let (judgement, closing) = (happened.judgement.as_ref(), happened.closing());
        self.decide(terms, judgement, closing, &mut Live::of(failed))
    }

    #[inline]
    fn decide(
        &mut self,
        terms: Terms<'_>,
        judgement: Option<&Judgement>,
        closing: Option<Closing>,
        world: &mut impl World,
    ) -> Result<Duration, Ended> {
        if let Some(judgement) = judgement {
            if let Some(budget) = terms.budget {
                budget.record_judged(judgement.verdict, judgement.heard());
            }
            if let Some(error_type) = judgement.unknown {
                observe::unknown_error(terms.subject, error_type.name());
            }
        }
        self.attempts
            .decide(terms.policy, judgement, closing, world)
    }
}

/// A decision that is returned in two registers, and not in memory.
#[derive(Clone, Copy)]
struct Packed {
    secs: u64,
    /// A billion where there is no wait: then `secs` is the reason.
    nanos: u32,
}

impl Packed {
    const NONE: u32 = 1_000_000_000;

    #[inline]
    fn of(decision: Result<Duration, Ended>) -> Self {
        match decision {
            Ok(wait) => Self {
                secs: wait.as_secs(),
                nanos: wait.subsec_nanos(),
            },
            Err(ended) => Self {
                secs: ended as u64,
                nanos: Self::NONE,
            },
        }
    }

    #[inline]
    fn unpacked(self) -> Result<Duration, Ended> {
        if self.nanos < Self::NONE {
            Ok(Duration::new(self.secs, self.nanos))
        } else {
            Err(Ended::of(self.secs))
        }
    }
}

/// Tells of a retry that is paid for: given back where a recorder, a subscriber or the
/// error's own `Display` panics.
#[inline]
fn retrying(told: &FailureReport<'_>, delay: Duration) {
    let mut paid = RetryToken::by(told.budget);
    observe::retrying(told, delay);
    paid.spend();
}

#[cfg(test)]
mod tests;
