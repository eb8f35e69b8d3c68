//! One call of a retried function: drives the state machine with the real
//! clock, dice, budget and layers.

use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::ended::Ended;
use crate::engine::chain_stop;
use crate::engine::decision::{Attempts, Delay, Step, World};
use crate::engine::delays::{Delays, Source};
use crate::observe::{self, Failed, Shown};
use crate::policy::Policy;
use crate::time::limit::{Deadline, Limit};
use crate::verdict::Verdict;
use std::time::Duration;

/// What a call site is: its name in log and metric, and its policy.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    policy: Policy,
}

impl Site {
    /// A call site that goes by `name`.
    #[must_use]
    pub const fn new(name: &'static str, policy: Policy) -> Self {
        Self { name, policy }
    }

    /// The policy as written.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The call's deadline, counted from now, if there is one.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        self.policy.deadline.map(Deadline::after)
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
            name: self.name,
            policy: &self.policy,
            budget: Some(budget),
        }
    }

    #[cfg(feature = "tracing")]
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }
}

/// What the attempts of a call are made under: without a budget by `From`.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub(crate) name: &'static str,
    pub(crate) policy: &'a Policy,
    pub(crate) budget: Option<&'a Budget>,
}

impl<'a> From<&'a Site> for Terms<'a> {
    #[inline]
    fn from(site: &'a Site) -> Self {
        Self {
            name: site.name,
            policy: &site.policy,
            budget: None,
        }
    }
}

/// A failed attempt and all that bears on the decision. Built only where an
/// attempt failed, so that a success pays for none of it.
pub struct Failure<'a> {
    terms: Terms<'a>,
    verdict: Verdict,
    cut: Option<Elapsed>,
    deadline: Option<Deadline>,
    delays: Option<Source<'a>>,
    probe: bool,
    error: Shown<'a>,
}

impl<'a> Failure<'a> {
    /// A failure under these terms.
    #[inline]
    #[must_use]
    pub fn under(terms: impl Into<Terms<'a>>, verdict: Verdict) -> Self {
        Self {
            terms: terms.into(),
            verdict,
            cut: None,
            deadline: None,
            delays: None,
            probe: false,
            error: Shown::Not,
        }
    }

    /// The error, for the log.
    #[inline]
    #[must_use]
    pub fn error(mut self, error: Shown<'a>) -> Self {
        self.error = error;
        self
    }

    /// The limit that cut the attempt, if one did.
    #[inline]
    #[must_use]
    pub fn cut(mut self, cut: Option<Elapsed>) -> Self {
        self.cut = cut;
        self
    }

    /// The call's deadline.
    #[inline]
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Deadline>) -> Self {
        self.deadline = deadline;
        self
    }

    /// The user's own backoff.
    #[inline]
    #[must_use]
    pub fn delays(mut self, delays: &'a mut impl Delays) -> Self {
        self.delays = Some(delays.source());
        self
    }

    /// Whether the attempt was a circuit breaker's probe: it has said what it
    /// was to find out, and is not retried.
    #[inline]
    #[must_use]
    pub fn probe(mut self, probe: bool) -> Self {
        self.probe = probe;
        self
    }

    /// What log and metric are told of it; `attempt` is its number.
    pub(crate) const fn told(&self, attempt: u32) -> Failed<'a> {
        Failed {
            function: self.terms.name,
            attempt,
            of: self.terms.policy.max.saturating_add(1),
            error: self.error,
            verdict: self.verdict,
            budget: self.terms.budget,
        }
    }
}

/// The state of one call.
#[derive(Debug)]
pub struct Call {
    attempts: Attempts,
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
        }
    }

    /// Whether the next attempt, or the one that runs, is a retry.
    #[inline]
    #[must_use]
    pub const fn is_retry(&self) -> bool {
        self.attempts.retries() > 0
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

    /// Retries and hedges made or decided so far.
    pub(crate) const fn retries(&self) -> u32 {
        self.attempts.retries()
    }

    /// Counts a hedge, which the caller has found to be within `max`.
    pub(crate) fn hedge(&mut self, name: &'static str) {
        self.attempts.hedge();
        observe::hedged(name, self.number());
    }

    /// After an attempt, which failed where there is a verdict: how long to wait
    /// before the next one. `complete` adds what bears on the decision.
    ///
    /// # Errors
    ///
    /// The call is over: why retries end, or nothing where it succeeded.
    #[inline]
    pub fn next<'a>(
        &mut self,
        terms: impl Into<Terms<'a>>,
        verdict: Option<Verdict>,
        complete: impl FnOnce(Failure<'a>) -> Failure<'a>,
    ) -> Result<Duration, Option<Ended>> {
        let terms = terms.into();
        let Some(verdict) = verdict else {
            self.succeeded(terms);
            return Err(None);
        };
        let failure = complete(Failure::under(terms, verdict));
        self.failed(failure).map_err(Some)
    }

    /// Decides after a failed attempt: how long to wait before the next one,
    /// or why there is none.
    ///
    /// # Errors
    ///
    /// Why retries end.
    #[cold]
    #[inline(never)]
    pub fn failed(&mut self, failure: Failure<'_>) -> Result<Duration, Ended> {
        let failed = failure.told(self.number());
        self.pay(failure.terms, failure.verdict);
        let decision = self.decide(failure);
        match decision {
            Ok(delay) => observe::retrying(&failed, delay),
            Err(ended) => observe::ended(&failed, ended),
        }
        decision
    }

    /// The same for the attempt of this number, beside others, for which the caller
    /// [pays](Self::pay): that there is no retry is not the end of the call then, and
    /// not told.
    #[cold]
    pub(crate) fn failed_beside(
        &mut self,
        number: u32,
        failure: Failure<'_>,
    ) -> Result<Duration, Ended> {
        let failed = failure.told(number);
        let delay = self.decide(failure)?;
        observe::retrying(&failed, delay);
        Ok(delay)
    }

    /// Pays for an attempt that was made and has failed.
    pub(crate) fn pay(&mut self, terms: Terms<'_>, verdict: Verdict) {
        if let Some(budget) = terms.budget {
            budget.record_failure(verdict);
            self.attempts.failed(verdict);
        }
    }

    /// A retry that has succeeded pays for itself.
    #[cold]
    pub(crate) fn mended(&self, terms: Terms<'_>) {
        if let Some(budget) = terms.budget {
            budget.record_mended(self.attempts.last_failure());
        }
    }

    /// The breaker has not admitted the attempt that was about to start: the
    /// call ends, and what the budget paid for a retry is given back.
    #[cold]
    #[inline(never)]
    pub fn rejected<'a>(&self, terms: impl Into<Terms<'a>>, error: Shown<'a>) {
        let terms = terms.into();
        if let Some(budget) = terms.budget.filter(|_| self.is_retry()) {
            budget.refund();
        }
        let failure = Failure::under(terms, Verdict::not_sent()).error(error);
        observe::rejected(&failure.told(self.number()));
    }

    /// A call that succeeded: the budget earns, and there is something to tell
    /// where it had to be repeated.
    #[inline]
    pub(crate) fn succeeded(&self, terms: Terms<'_>) {
        if let Some(budget) = terms.budget {
            budget.record_success();
        }
        if self.is_retry() {
            self.mended(terms);
            observe::recovered(terms.name, self.number());
        }
    }

    fn decide(&mut self, mut failure: Failure<'_>) -> Result<Duration, Ended> {
        if failure.cut.is_some_and(|cut| cut.is_deadline()) {
            return Err(Ended::Deadline);
        }
        if failure.probe && failure.verdict.is_retryable() {
            return Err(Ended::Rejected);
        }
        let policy = failure.terms.policy;
        let verdict = failure.verdict;
        match self.attempts.step(policy, verdict, &mut Live(&mut failure)) {
            Step::Wait(delay) => Ok(delay),
            Step::Stop(ended) => Err(ended),
        }
    }
}

struct Live<'f, 'a>(&'f mut Failure<'a>);

impl World for Live<'_, '_> {
    fn remaining(&mut self) -> Option<Duration> {
        self.0.deadline.as_ref().and_then(Deadline::remaining)
    }

    fn is_nested(&mut self) -> bool {
        chain_stop::outer_is_retrying()
    }

    fn delay(&mut self) -> Delay {
        match self.0.delays.as_mut() {
            None | Some(Source::Policy) => Delay::OfPolicy,
            Some(Source::Rule(backoff)) => Delay::Rule(*backoff),
            Some(Source::Iter(delays)) => delays.next().map_or(Delay::Over, Delay::Given),
        }
    }

    fn random(&mut self) -> f64 {
        fastrand::f64()
    }

    fn spend(&mut self) -> bool {
        let terms = &self.0.terms;
        terms
            .budget
            .is_none_or(|budget| budget.try_retry(terms.policy.max))
    }
}
