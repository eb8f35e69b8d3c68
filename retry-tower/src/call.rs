//! One call of a layer: its terms, its state, and the report of its end.

use crate::breaker::{Admitted, Breaker};
use crate::engine::{
    self, CallLimits, Failed, LayerCall, LayerTerms, Limit, PriorFailure, RuledHedge, Ruling,
    WonAttempt,
};
#[cfg(feature = "grpc")]
use crate::engine::{Deadline, Judgement};
use crate::hedging::Hedging;
use retry_runtime::{Budget, Ended, Policy};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// What a call is made under.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What logs and metrics call it.
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) budget: Option<Arc<Budget>>,
    pub(crate) breaker: Option<Breaker>,
    pub(crate) hedging: Option<Hedging>,
    pub(crate) ruling: Ruling,
}

impl Plan {
    /// The same under the central rules, as they are now. `timed` is whether limits can
    /// become an error.
    pub(crate) fn ruled(mut self, timed: bool) -> Self {
        let hedges = self.hedging.is_some();
        self.ruling = engine::ruled(self.name, &mut self.policy, timed, hedges);
        match self.ruling.hedging() {
            RuledHedge::Kept => {}
            RuledHedge::Off => self.hedging = None,
            RuledHedge::After(delay) => {
                self.hedging = self.hedging.map(|hedging| hedging.with_delay(delay));
            }
        }
        self
    }

    fn terms(&self) -> LayerTerms<'_> {
        LayerTerms {
            name: self.name,
            policy: &self.policy,
            budget: self.budget.as_deref(),
            ruling: self.ruling,
        }
    }
}

/// The state of one call.
#[derive(Debug, Default)]
pub(crate) struct Call(LayerCall);

/// An attempt that may start, once its time has come.
pub(crate) struct Granted {
    pub(crate) wait: Duration,
    pub(crate) paid: Paid,
    pub(crate) before: PriorFailure,
}

impl Call {
    /// After the failure of the attempt of this number: the next one, which is paid for.
    pub(crate) fn retry(
        &mut self,
        plan: &Plan,
        number: u32,
        limits: CallLimits,
        failed: Failed<'_>,
    ) -> Result<Granted, Ended> {
        let (wait, before) = self.0.retry(number, limits, plan.terms(), failed)?;
        let paid = Paid::by(plan);
        Ok(Granted { wait, paid, before })
    }

    /// Takes a hedge, if there is one left. The budget is asked before the delay's
    /// own cap, because it can be given back what was not needed.
    pub(crate) fn hedge(&mut self, plan: &Plan) -> Option<Paid> {
        let hedging = plan.hedging.as_ref()?;
        if !self.0.pay_for_hedge(plan.terms()) {
            return None;
        }
        let paid = Paid::by(plan);
        if !hedging.try_hedge() {
            return None;
        }
        self.0.hedge(plan.name);
        Some(paid)
    }

    /// The attempt of this number starts now, with this limit.
    pub(crate) fn starts(
        &mut self,
        plan: &Plan,
        number: u32,
        is_hedge: bool,
        limits: CallLimits,
    ) -> Option<Limit> {
        let limit = limits.attempt(&plan.policy);
        self.0.starts(number, is_hedge, limit, plan.terms())
    }

    /// The wait after the attempt of this number is longer than the one that was decided.
    pub(crate) fn waits(&self, number: u32, wait: Duration) {
        self.0.waits(number, wait);
    }

    /// The attempt of this number, to report that the call has succeeded with it.
    pub(crate) fn told(&self, number: u32) -> WonAttempt {
        self.0.told(number)
    }

    /// The call has failed after that many attempts.
    pub(crate) fn ended(&self, plan: &Plan, attempts: u32, failed: Failed<'_>, ended: Ended) {
        self.0.ended(attempts, plan.terms(), failed, ended);
    }

    /// The breaker has not admitted the attempt of this number.
    pub(crate) fn rejected(&self, plan: &Plan, attempt: u32, error: &dyn Display) {
        self.0.rejected(attempt, plan.terms(), error);
    }
}

/// A retry, or a hedge, that the budget has paid for and that has not started:
/// dropping it gives it back.
#[derive(Debug, Default)]
pub(crate) struct Paid(Option<Arc<Budget>>);

impl Paid {
    fn by(plan: &Plan) -> Self {
        Self(plan.budget.clone())
    }

    /// The attempt starts.
    pub(crate) fn spend(&mut self) {
        self.0 = None;
    }
}

impl Drop for Paid {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.refund();
        }
    }
}

/// What a call has taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How many attempts were made, hedges too.
    pub(crate) attempts: u32,
    #[cfg_attr(
        not(all(feature = "grpc", feature = "metrics")),
        allow(dead_code, reason = "a metric")
    )]
    pub(crate) hedges: u32,
    /// How long none of them ran.
    #[cfg_attr(
        not(all(feature = "grpc", feature = "metrics")),
        allow(dead_code, reason = "a metric")
    )]
    pub(crate) idle: Duration,
}

/// An attempt has won: how its call is told of its success.
pub(crate) struct Won<'a> {
    pub(crate) plan: &'a Plan,
    /// The number of the attempt.
    #[cfg_attr(
        not(any(feature = "grpc", feature = "http")),
        allow(dead_code, reason = "a body is committed to it")
    )]
    pub(crate) number: u32,
    pub(crate) effort: Effort,
    #[cfg_attr(
        not(feature = "grpc"),
        allow(dead_code, reason = "the answer has to keep it")
    )]
    pub(crate) limits: CallLimits,
    pub(crate) before: PriorFailure,
    pub(crate) told: WonAttempt,
    pub(crate) admitted: Option<Admitted>,
}

impl Won<'_> {
    /// The response is the success.
    pub(crate) fn succeeded(self) {
        if let Some(admitted) = self.admitted {
            admitted.ended(None);
        }
        self.plan
            .terms()
            .succeeded(&self.told, self.effort.attempts, self.before);
    }

    /// What comes of the response is still open.
    #[cfg(feature = "grpc")]
    pub(crate) fn keep(self) -> KeptCall {
        KeptCall {
            plan: self.plan.clone(),
            attempts: self.effort.attempts,
            deadline: self.limits.deadline,
            before: self.before,
            told: self.told,
            admitted: self.admitted,
        }
    }
}

/// A call whose response has begun. Dropped, it has neither succeeded nor failed.
#[cfg(feature = "grpc")]
pub(crate) struct KeptCall {
    plan: Plan,
    attempts: u32,
    pub(crate) deadline: Option<Deadline>,
    before: PriorFailure,
    told: WonAttempt,
    admitted: Option<Admitted>,
}

#[cfg(feature = "grpc")]
impl KeptCall {
    pub(crate) fn succeeded(self) {
        if let Some(admitted) = self.admitted {
            admitted.ended(None);
        }
        let terms = self.plan.terms();
        terms.succeeded(&self.told, self.attempts, self.before);
    }

    pub(crate) fn failed(self, judgement: Judgement, error: &dyn Display, ended: Ended) {
        if let Some(admitted) = self.admitted {
            admitted.ended(Some(engine::heard(judgement)));
        }
        let failed = engine::failed(judgement, error);
        let terms = self.plan.terms();
        terms.broken(&self.told, self.attempts, failed, ended);
    }
}
