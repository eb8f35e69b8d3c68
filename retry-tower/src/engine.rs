//! The one place that names the runtime's internals: the state machine of a call,
//! its clock and its log.

pub(crate) use retry_runtime::__tower::untimed;
pub(crate) use retry_runtime::__tower::{
    Cut, Deadline, Failed, Instant, Layer, Limit, Sleep, attempt, limits, now, outer_is_retrying,
    seed, sleep, too_long,
};
#[cfg(feature = "grpc")]
pub(crate) use retry_runtime::__tower::{length, max, methods, out_of_time, remaining};

use crate::breaker::{Admitted, Breaker};
use crate::hedging::Hedging;
use crate::race::Effort;
use retry_runtime::__tower::{self as runtime, Terms};
use retry_runtime::{Budget, Ended, Policy, Verdict};
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
}

impl Plan {
    fn terms(&self) -> Terms<'_> {
        Terms {
            name: self.name,
            policy: &self.policy,
            budget: self.budget.as_deref(),
        }
    }

    /// The call has succeeded after that many attempts.
    pub(crate) fn succeeded(&self, attempts: u32) {
        runtime::succeeded(self.terms(), attempts);
    }

    /// The call has failed after that many attempts.
    pub(crate) fn ended(&self, attempts: u32, failed: Failed<'_>, ended: Ended) {
        runtime::ended(self.terms(), attempts, failed, ended);
    }

    /// The breaker has not admitted the last of that many attempts.
    pub(crate) fn rejected(&self, attempts: u32, error: &dyn Display) {
        runtime::rejected(self.terms(), attempts, error);
    }
}

/// The state of one call.
#[derive(Debug, Default)]
pub(crate) struct Call(runtime::Call);

impl Call {
    /// After the failure of the attempt of this number: how long to wait for the
    /// next one, which is paid for.
    pub(crate) fn retry(
        &mut self,
        plan: &Plan,
        number: u32,
        deadline: Option<Deadline>,
        failed: Failed<'_>,
    ) -> Result<(Duration, Paid), Ended> {
        let wait = self.0.retry(number, deadline, plan.terms(), failed)?;
        Ok((wait, Paid::by(plan)))
    }

    /// Takes a hedge, if there is one left. The budget is asked before the delay's
    /// own cap, because it can be given back what was not needed.
    pub(crate) fn hedge(&mut self, plan: &Plan) -> Option<Paid> {
        let hedging = plan.hedging.as_ref()?;
        if !self.0.hedge(plan.terms()) {
            return None;
        }
        let paid = Paid::by(plan);
        hedging.try_hedge().then_some(paid)
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

/// An attempt has won: how its call is told of its success.
pub(crate) struct Won<'a> {
    pub(crate) plan: &'a Plan,
    /// The number of the attempt.
    #[cfg_attr(
        not(feature = "grpc"),
        allow(dead_code, reason = "an answer is told of it")
    )]
    pub(crate) number: u32,
    pub(crate) effort: Effort,
    #[cfg_attr(
        not(feature = "grpc"),
        allow(dead_code, reason = "the answer has to keep it")
    )]
    pub(crate) deadline: Option<Deadline>,
    pub(crate) admitted: Option<Admitted>,
}

impl Won<'_> {
    /// The response is the success.
    pub(crate) fn succeeded(self) {
        if let Some(admitted) = self.admitted {
            admitted.ended(None);
        }
        self.plan.succeeded(self.effort.attempts);
    }

    /// What comes of the response is still open.
    #[cfg(feature = "grpc")]
    pub(crate) fn keep(self) -> Kept {
        Kept {
            plan: self.plan.clone(),
            attempts: self.effort.attempts,
            deadline: self.deadline,
            admitted: self.admitted,
        }
    }
}

/// A call whose response has begun. Dropped, it has neither succeeded nor failed.
#[cfg(feature = "grpc")]
pub(crate) struct Kept {
    plan: Plan,
    attempts: u32,
    pub(crate) deadline: Option<Deadline>,
    admitted: Option<Admitted>,
}

#[cfg(feature = "grpc")]
impl Kept {
    pub(crate) fn succeeded(self) {
        if let Some(admitted) = self.admitted {
            admitted.ended(None);
        }
        self.plan.succeeded(self.attempts);
    }

    pub(crate) fn failed(self, verdict: Verdict, error: &dyn Display, ended: Ended) {
        if let Some(admitted) = self.admitted {
            admitted.ended(Some(verdict));
        }
        self.plan
            .ended(self.attempts, failed(verdict, error), ended);
    }
}

/// A failure with this verdict, as the log shows it.
pub(crate) fn failed(verdict: Verdict, error: &dyn Display) -> Failed<'_> {
    Failed {
        verdict,
        error,
        cut: None,
        probe: false,
    }
}

/// Lets a future come to its end by itself. Where no runtime runs there is nobody to do
/// it, and it is dropped.
#[cfg(feature = "grpc")]
pub(crate) fn go_on(future: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(future);
    }
}
