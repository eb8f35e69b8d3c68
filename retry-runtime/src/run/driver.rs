//! What a run was told, and the steps from one phase to the next.

use super::choices::{
    AnyOk, BeforeRetry, ByFrom, ByItself, Classify, Convert, Judge, NoHook, OwnTimer, Sleeper,
};
use super::state::{Phase, StateProj};
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::engine::call::Terms;
use crate::engine::chain_stop::{Layer, layer_sync, scope};
use crate::engine::delays::{Delays as DelaySource, PolicyDelays};
use crate::engine::failed_attempt::FailedAttempt;
use crate::engine::retry_token::RetryToken;
use crate::macro_support::closure_end::Ending;
use crate::observe::Shown;
use crate::observe::subject::{Name, Subject};
use crate::policy::Policy;
use crate::time::limit::Limit;
use retry_idempotency::attempt_scope::AttemptScope;
use std::any::type_name;
use std::future::Future;
use std::ops::ControlFlow;
use std::time::Duration;

/// What a run was told.
pub(super) struct Setup<'b, Op, On, OnOk, Late, Hook, Time, Delays> {
    pub(super) base: Base<'b, Op>,
    pub(super) on: On,
    pub(super) on_ok: OnOk,
    pub(super) late: Late,
    pub(super) hook: Hook,
    pub(super) time: Time,
    pub(super) delays: Delays,
}

/// `exchanged!(run, field: value; kept, ..)`: the run with another value in that
/// field, and so of another type, which struct update cannot write.
macro_rules! exchanged {
    ($run:expr, $field:ident: $value:expr; $($kept:ident),+) => {{
        let Setup { base, $($kept,)+ .. } = $run.setup;
        Run::new(Setup { base, $field: $value, $($kept),+ })
    }};
}
pub(super) use exchanged;

/// The part of it whose type stays as it is.
pub(super) struct Base<'b, Op> {
    pub(super) policy: Policy,
    pub(super) op: Op,
    pub(super) budget: Option<&'b Budget>,
    /// What logs and metrics call it.
    pub(super) name: Name,
}

/// The state that a step of the run changes.
type Now<'p, 'b, F, H, S> = StateProj<'p, 'b, F, <H as BeforeRetry>::Hook, <S as Sleeper>::Sleep>;

/// The outcome, where it is the call's.
type Step<T, E> = ControlFlow<Result<T, E>>;

impl<Op> Setup<'_, Op, ByItself, AnyOk, ByFrom, NoHook, OwnTimer, PolicyDelays> {
    pub(super) const fn new(policy: Policy, op: Op, name: Name) -> Self {
        Self {
            base: Base {
                policy,
                op,
                budget: None,
                name,
            },
            on: ByItself,
            on_ok: AnyOk,
            late: ByFrom,
            hook: NoHook,
            time: OwnTimer,
            delays: PolicyDelays,
        }
    }
}

impl<'b, Op, Fut, T, E, On, OnOk, Late, Hook, Time, Delays>
    Setup<'b, Op, On, OnOk, Late, Hook, Time, Delays>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    On: Classify<E>,
    OnOk: Judge<T>,
    Late: Convert<E>,
    Hook: BeforeRetry,
    <Hook::Hook as Future>::Output: Ending<E>,
    Time: Sleeper,
    Delays: DelaySource,
{
    /// Starts the next attempt.
    #[inline]
    pub(super) fn attempt(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        let limit = Limit::of(self.base.policy.timeout, *now.deadline);
        let attempt = now.call.attempt(*now.seed, limit);
        let scope = scope(attempt.is_retry(), false, &self.base.policy);
        let future = layer_sync(scope, || (self.base.op)(attempt));
        let running = Layer::new(scope, future);
        now.start(Phase::Attempt { running }, limit, |time| {
            self.time.sleep(time)
        });
    }

    /// The same for a retry: apart, so that a first attempt alone is inlined.
    #[cold]
    #[inline(never)]
    fn attempt_again(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        self.attempt(now);
    }

    /// After an attempt.
    #[inline]
    pub(super) fn attempted(
        &mut self,
        now: &mut Now<'_, 'b, Fut, Hook, Time>,
        ended: Result<Result<T, E>, Elapsed>,
    ) -> Step<T, E> {
        match ended {
            Ok(outcome) => self.decide(now, outcome, None),
            Err(elapsed) => self.cut(now, elapsed),
        }
    }

    /// Starts `before_retry`, or the retry itself.
    #[cold]
    #[inline(never)]
    pub(super) fn prepare(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        let limit = Limit::of(None, *now.deadline);
        let retry = now.call.attempt(*now.seed, limit);
        let Some(hook) = layer_sync(AttemptScope::RETRY, || self.hook.start(retry)) else {
            now.token.spend();
            return self.attempt_again(now);
        };
        let hook = Layer::new(AttemptScope::RETRY, hook);
        now.start(Phase::Prepare { hook }, limit, |time| self.time.sleep(time));
    }

    /// After `before_retry`.
    #[cold]
    #[inline(never)]
    pub(super) fn prepared(
        &mut self,
        now: &mut Now<'_, 'b, Fut, Hook, Time>,
        ended: Result<<Hook::Hook as Future>::Output, Elapsed>,
    ) -> Step<T, E> {
        match ended.map(Ending::error) {
            Ok(None) => {
                self.attempt_again(now);
                ControlFlow::Continue(())
            }
            Ok(Some(error)) => self.decide(now, Err(error), None),
            Err(elapsed) => self.cut(now, elapsed),
        }
    }

    /// After the time was over.
    #[cold]
    #[inline(never)]
    fn cut(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>, elapsed: Elapsed) -> Step<T, E> {
        match self.late.error(elapsed) {
            Some(error) => self.decide(now, Err(error), Some(elapsed)),
            // Not reached: a run without limits has none to be cut by.
            None => ControlFlow::Continue(()),
        }
    }

    /// Ends with the outcome, or goes on to the next retry.
    fn decide(
        &mut self,
        now: &mut Now<'_, 'b, Fut, Hook, Time>,
        outcome: Result<T, E>,
        cut: Option<Elapsed>,
    ) -> Step<T, E> {
        let terms = Terms {
            subject: Subject::of(self.base.name),
            policy: &self.base.policy,
            budget: self.base.budget,
        };
        let (judgement, shown) = match &outcome {
            Err(error) => (self.on.judge(error, cut), Shown::Type(type_name::<E>())),
            Ok(response) => match self.on_ok.judge(response) {
                Some(judgement) => (judgement, Shown::Response),
                None => {
                    now.call.succeeded(terms);
                    return ControlFlow::Break(outcome);
                }
            },
        };
        let failed = FailedAttempt::under(terms, judgement)
            .error(shown)
            .cut(cut)
            .deadline(*now.deadline)
            .retry_until(*now.retry_until)
            .delays(&mut self.delays);
        match now.call.failed(failed) {
            Ok(wait) => {
                drop(outcome);
                self.pause(now, wait);
                ControlFlow::Continue(())
            }
            Err(_) => ControlFlow::Break(outcome),
        }
    }

    /// Waits, where there is anything to wait for.
    fn pause(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>, wait: Duration) {
        *now.token = RetryToken::by(self.base.budget);
        if wait.is_zero() {
            return self.prepare(now);
        }
        now.alarm.as_mut().set_after(self.time.sleep(wait));
        now.phase.set(Phase::Wait);
    }
}
