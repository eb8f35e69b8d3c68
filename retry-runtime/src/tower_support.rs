//! What `retry-tower` stands on, and nothing else does. No part of the public
//! interface: that crate is pinned to this very version.
//!
//! A layer starts attempts and waits by itself, since its calls own what an
//! annotated function borrows. What an attempt's failure means for the call is
//! decided by the engine of all calls.

use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::ended::Ended;
use crate::engine::failed_attempt::FailedAttempt;
use crate::engine::ruling::Facts;
use crate::engine::site::Site;
use crate::engine::terms::Terms;
use crate::engine::{call, chain_stop, decision};
use crate::observe::subject::{Name, Subject};
use crate::observe::{self, Shown};
use crate::policy::Policy;
use crate::seams::{self, Trace};
use crate::time::clock;
use crate::verdict::Verdict;
use retry_idempotency::attempt_scope::AttemptScope;
use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

pub use crate::attempt::seed;
pub use crate::engine::chain_stop::Layer;
pub use crate::engine::into_verdict::{Judgement, by_itself, known};
pub use crate::engine::ruling::{RuledHedge, Ruling};
pub use crate::gate::record;
pub use crate::time::limit::{Deadline, Limit};
pub use crate::time::timeout::Cut;
#[cfg(feature = "testing")]
pub use crate::time::timer::{OwnSleep as Sleep, sleep};
pub use tokio::time::Instant;
#[cfg(not(feature = "testing"))]
pub use tokio::time::{Sleep, sleep};

/// An error as the log shows it.
pub fn with_causes<'a>(error: &'a (dyn Error + 'static)) -> impl Display + 'a {
    Shown::Error(error)
}

/// What the attempts of a call are made under.
#[derive(Clone, Copy, Debug)]
pub struct LayerTerms<'a> {
    /// What logs and metrics call it.
    pub name: &'static str,
    /// How often and how fast.
    pub policy: &'a Policy,
    /// Who pays for retries.
    pub budget: Option<&'a Budget>,
    /// What the central rules say of the call.
    pub ruling: Ruling,
}

/// What the central rules say of a call of this name that starts now: its policy is
/// changed in place. `timed` is whether limits can become an error, `hedges` whether there
/// is a hedge.
#[must_use]
pub fn ruled(name: &'static str, policy: &mut Policy, timed: bool, hedges: bool) -> Ruling {
    let mut site = Site::new(Name::written(name), *policy);
    let hedge = if hedges { Facts::HEDGE } else { 0 };
    let ruling = site.ruled(Facts::of_run(timed, timed) | hedge, None);
    *policy = *site.policy();
    ruling
}

/// Until when a call may go on, and until when a retry may start.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallLimits {
    /// Of the whole call.
    pub deadline: Option<Deadline>,
    /// Of the last retry's start.
    pub retry_until: Option<Deadline>,
}

impl CallLimits {
    /// Those of a call that begins now.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self {
            deadline: policy.deadline.map(Deadline::after),
            retry_until: policy.retry_for.map(Deadline::after),
        }
    }

    /// The limit of an attempt that starts now.
    #[must_use]
    pub fn attempt(&self, policy: &Policy) -> Option<Limit> {
        Limit::of(policy.timeout, self.deadline)
    }
}

/// A failed attempt.
#[derive(Clone, Copy)]
pub struct Failed<'a> {
    /// What it says about trying again.
    pub judgement: Judgement,
    /// How the log shows it.
    pub error: &'a dyn Display,
    /// The limit that cut the attempt, if one did.
    pub cut: Option<Elapsed>,
    /// Whether it was a circuit breaker's probe.
    pub probe: bool,
    /// Why nothing is to start any more, where that is so.
    pub closed: Option<Ended>,
}

/// What came before an attempt: a retry that succeeds pays back by it.
#[derive(Clone, Copy, Debug)]
pub struct PriorFailure(decision::Before);

impl PriorFailure {
    /// Nothing that has failed.
    pub const NOTHING: Self = Self(decision::Before::Nothing);

    /// Whether it is that.
    #[must_use]
    pub const fn is_nothing(self) -> bool {
        matches!(self.0, decision::Before::Nothing)
    }
}

/// The state of one call.
#[derive(Debug, Default)]
pub struct LayerCall(call::Call);

impl LayerCall {
    /// After the failure of the attempt of this number: how long to wait for the
    /// next one, which the budget has paid for then.
    ///
    /// # Errors
    ///
    /// Why there is none. The call may go on, by another attempt beside this one.
    pub fn retry(
        &mut self,
        number: u32,
        limits: CallLimits,
        terms: LayerTerms<'_>,
        failed: Failed<'_>,
    ) -> Result<(Duration, PriorFailure), Ended> {
        let attempt = failed_attempt(terms, failed)
            .closed(failed.closed)
            .deadline(limits.deadline)
            .retry_until(limits.retry_until);
        let wait = self.0.failed_beside(number, attempt)?;
        Ok((wait, PriorFailure(self.0.before())))
    }

    /// Whether `max` and the budget leave a hedge, which the budget has paid for then.
    #[must_use]
    pub fn pay_for_hedge(&self, terms: LayerTerms<'_>) -> bool {
        let token = self.0.hedge_token(terms.policy, terms.budget);
        token.map(|mut token| token.spend()).is_some()
    }

    /// Counts a hedge that is paid for.
    pub fn hedge(&mut self, name: &'static str) {
        self.0.hedge(Subject::of(Name::written(name)));
    }

    /// The attempt of this number starts now: its limit, which is over already where a test
    /// wants it cut.
    pub fn starts(
        &mut self,
        number: u32,
        is_hedge: bool,
        limit: Option<Limit>,
        terms: LayerTerms<'_>,
    ) -> Option<Limit> {
        let name = || Name::written(terms.name);
        let fault = self.0.trace.attempt(name, number, is_hedge);
        seams::limited_only(limit, &fault)
    }

    /// The wait after the attempt of this number is longer than the one that was decided.
    pub fn waits(&self, number: u32, wait: Duration) {
        self.0.trace.waits(number, wait);
    }

    /// The attempt of this number, to report that the call has succeeded with it.
    #[must_use]
    pub fn told(&self, number: u32) -> WonAttempt {
        WonAttempt {
            trace: self.0.trace.clone(),
            number,
        }
    }

    /// The call has failed after that many attempts, and the engine was asked.
    pub fn ended(&self, attempts: u32, terms: LayerTerms<'_>, failed: Failed<'_>, ended: Ended) {
        self.0.trace.ended(ended);
        observe::ended(&failed_attempt(terms, failed).told(attempts), ended);
    }

    /// The breaker has not admitted the attempt of this number, which ends the call.
    pub fn rejected(&self, attempt: u32, terms: LayerTerms<'_>, error: &dyn Display) {
        let terms = Terms::from(terms);
        self.0.trace.rejected(terms.subject, attempt);
        terms.rejected(attempt, Shown::Display(error));
    }
}

/// An attempt that has won, for a test that keeps a record.
#[derive(Clone, Debug)]
pub struct WonAttempt {
    trace: Trace,
    number: u32,
}

impl LayerTerms<'_> {
    /// The call has succeeded after that many attempts.
    pub fn succeeded(self, told: &WonAttempt, attempts: u32, before: PriorFailure) {
        Terms::from(self).succeeded(attempts, before.0);
        told.trace.succeeded(told.number);
    }

    /// The call has failed when it had its answer's beginning already, so that no
    /// attempt could follow.
    pub fn broken(self, told: &WonAttempt, attempts: u32, failed: Failed<'_>, ended: Ended) {
        if let Some(budget) = self.budget {
            budget.record_judged(failed.judgement.verdict, failed.judgement.heard());
        }
        let failed = failed_attempt(self, failed);
        told.trace.failed(&failed.told(told.number), true, None);
        told.trace.ended(ended);
        observe::ended(&failed.told(attempts), ended);
    }
}

/// What budget and breaker hear of a failure.
#[must_use]
pub const fn heard(judgement: Judgement) -> Verdict {
    judgement.heard()
}

/// The attempt that starts now.
#[must_use]
pub fn attempt(number: u32, seed: u32, limit: Option<Limit>) -> Attempt {
    Attempt::new(number, seed, limit.and_then(|limit| limit.until()))
}

/// Whether the code that runs now is part of an outer call's retry.
#[must_use]
pub fn outer_is_retrying() -> bool {
    chain_stop::outer_is_retrying()
}

/// The time on the clock of all calls.
#[must_use]
pub fn now() -> clock::Instant {
    clock::now()
}

/// How much time a deadline leaves; `None` for a time so far away that the clock cannot express it.
#[must_use]
pub fn remaining(deadline: Deadline) -> Option<Duration> {
    deadline.remaining()
}

/// The error of a call that its deadline ends.
#[must_use]
pub const fn out_of_time(deadline: Deadline) -> Elapsed {
    Elapsed::deadline(deadline.length())
}

/// Whether a push-back is too long: for the policy, or for the deadline.
#[must_use]
pub fn is_too_long(pushback: Duration, policy: &Policy, limits: CallLimits) -> bool {
    let left = limits.deadline.as_ref().and_then(Deadline::remaining);
    pushback > policy.longest_pushback || left.is_some_and(|left| pushback >= left)
}

/// The same policy without limits.
pub const fn untimed(mut policy: Policy) -> Policy {
    policy.timeout = None;
    policy.deadline = None;
    policy
}

/// A policy whose calls take at most this long.
pub const fn within(mut policy: Policy, limit: Duration) -> Policy {
    policy.deadline = Some(match policy.deadline {
        Some(deadline) if deadline.as_nanos() < limit.as_nanos() => deadline,
        _ => limit,
    });
    policy
}

/// The scope of an attempt, see the engine.
#[must_use]
pub const fn scope(is_retry: bool, nested: bool, policy: &Policy) -> AttemptScope {
    chain_stop::scope(is_retry, nested, policy)
}

/// How many retries a policy allows.
#[must_use]
pub const fn max(policy: &Policy) -> u32 {
    policy.max()
}

/// Every method that a service config names, as `service/method`, `service/`
/// and, for all, `/`.
#[cfg(feature = "service-config")]
pub fn methods(
    config: &crate::service_config::ServiceConfig,
) -> impl Iterator<Item = (&str, &crate::service_config::MethodConfig)> {
    config.methods()
}

impl<'a> From<LayerTerms<'a>> for Terms<'a> {
    fn from(terms: LayerTerms<'a>) -> Self {
        Self {
            subject: Subject::of(Name::written(terms.name)),
            policy: terms.policy,
            budget: terms.budget,
            ruling: terms.ruling,
        }
    }
}

fn failed_attempt<'a>(terms: LayerTerms<'a>, failed: Failed<'a>) -> FailedAttempt<'a> {
    FailedAttempt::under(terms.into(), failed.judgement)
        .error(Shown::Display(failed.error))
        .cut(failed.cut)
        .probe(failed.probe)
}
