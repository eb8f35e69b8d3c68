//! The steps of a run from one phase to the next.

use super::choices::{
    BeforeRetry, Choices, Classify, Convert, Finish, Judge, Judged, Notify, Sleeper, StartHook,
};
use super::keep_errors::KeepErrors;
use super::progress::{Phase, ProgressProj};
use crate::attempt::Attempt;
use crate::budget::Budget;
use crate::elapsed::Elapsed;
use crate::engine::call::Call;
use crate::engine::chain_stop::{self, Layer, layer_sync};
use crate::engine::decision::Happened;
use crate::engine::delays::DelaySource;
use crate::engine::failed_attempt::FailedAttempt;
use crate::engine::retry_token::RetryToken;
use crate::engine::ruling::{Facts, Ruling};
use crate::engine::site::Site;
use crate::engine::terms::Terms;
use crate::macro_support::closure_end::HookEnd;
use crate::observe::Shown;
use crate::observe::subject::{Name, Subject, Target};
use crate::policy::Policy;
use crate::seams::limited_only;
use crate::time::limit::{Deadline, Limit};
use retry_idempotency::attempt_scope::AttemptScope;
use std::any::type_name;
use std::borrow::Cow;
use std::future::Future;
use std::ops::ControlFlow;
use std::time::Duration;

/// A run: what it calls, and what it was told.
#[derive(Debug)]
pub(super) struct Setup<'b, Op, C> {
    pub(super) base: Base<'b, Op>,
    pub(super) choices: C,
}

/// The part of it whose type stays as it is.
#[derive(Debug)]
pub(super) struct Base<'b, Op> {
    pub(super) policy: Policy,
    pub(super) op: Op,
    pub(super) budget: Option<&'b Budget>,
    /// What logs and metrics call it.
    pub(super) name: Name,
    /// To whom the call goes.
    pub(super) target: Option<Cow<'b, str>>,
    /// What the central rules say of the call.
    ruling: Ruling,
}

impl<Op> Base<'_, Op> {
    /// What logs and metrics are told of.
    fn subject(&self) -> Subject<'_> {
        let subject = Subject::of(self.name);
        match &self.target {
            Some(target) => subject.to(Target::Held(target)),
            None => subject,
        }
    }
}

impl<'b, Op> Base<'b, Op> {
    pub(super) const fn new(policy: Policy, op: Op, name: Name) -> Self {
        Self {
            policy,
            op,
            budget: None,
            name,
            target: None,
            ruling: Ruling::NONE,
        }
    }

    /// The call begins: the central rules are asked. `facts` is what it has.
    #[inline]
    pub(super) fn begin(&mut self, facts: u8) {
        #[cfg(feature = "central")]
        {
            self.name = self.name.found();
        }
        let mut site = Site::new(self.name, self.policy);
        self.ruling = site.ruled(facts, None);
        self.policy = *site.policy();
    }

    /// What the attempt that starts now is to the code inside it.
    #[inline]
    pub(super) fn scope(&self, call: &Call) -> AttemptScope {
        chain_stop::unless_off(call.scope(&self.policy), || self.ruling.is_off())
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            subject: self.subject(),
            policy: &self.policy,
            budget: self.budget,
            ruling: self.ruling,
        }
    }

    /// A retry is to come: paid for, unless it only asks again.
    pub(super) fn token(&self, call: &Call) -> RetryToken<'b> {
        RetryToken::by(self.budget.filter(|_| call.is_after_failure()))
    }
}

/// What bears on the decision after an attempt beside its outcome.
#[derive(Clone, Copy)]
pub(super) struct Circumstances {
    pub(super) attempt: Attempt,
    pub(super) cut: Option<Elapsed>,
    pub(super) deadline: Option<Deadline>,
    pub(super) retry_until: Option<Deadline>,
}

/// What follows an attempt.
pub(super) enum Next<R> {
    /// Another one, after this wait.
    Wait(Duration),
    /// Nothing: this is the outcome.
    Over(R),
}

impl<On, OnOk, Late, Hook, Time, Delays, Keep, Told>
    Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>
{
    /// Judges an outcome, and decides. It is the same for closures of all kinds.
    pub(super) fn decide<T, E>(
        &mut self,
        terms: Terms<'_>,
        call: &mut Call,
        outcome: Result<T, E>,
        moment: Circumstances,
    ) -> Next<Result<T, E>>
    where
        On: Classify<E>,
        OnOk: Judge<T> + Finish<T, E>,
        Delays: DelaySource,
        Keep: KeepErrors<E>,
        Told: Notify<E>,
    {
        let (happened, shown) = match &outcome {
            Err(error) => {
                let judgement = self.on.judge(error, moment.attempt, moment.cut);
                (Happened::failure(judgement), Shown::Type(type_name::<E>()))
            }
            Ok(response) => match self.on_ok.judge(response) {
                Judged::Failure(judgement) => (Happened::failure(judgement), Shown::Response),
                Judged::NotYet => (Happened::NOT_YET, Shown::Not),
                Judged::Success => {
                    call.succeeded(terms);
                    return Next::Over(outcome);
                }
            },
        };
        let failed = FailedAttempt::of(terms, happened)
            .error(shown)
            .cut(moment.cut)
            .deadline(moment.deadline)
            .retry_until(moment.retry_until)
            .delays(&mut self.delays);
        match (call.failed(failed), outcome) {
            (Ok(wait), outcome) => {
                if let Some(retrying) = call.retrying_after(happened, wait) {
                    let mut paid = call.unstarted(terms.budget);
                    self.told.notify(retrying.failure(outcome.as_ref().err()));
                    self.kept.failed(outcome.err(), moment.cut.is_some());
                    paid.spend();
                }
                Next::Wait(wait)
            }
            (Err(_), Err(error)) => Next::Over(Err(error)),
            (Err(_), Ok(response)) => Next::Over(self.on_ok.finish(response)),
        }
    }
}

/// The state that a step of the run changes.
type Now<'p, 'b, F, Hook, Time> =
    ProgressProj<'p, 'b, F, <Hook as BeforeRetry>::Hook, <Time as Sleeper>::Sleep>;

/// The outcome, where it is the call's.
type Step<T, E> = ControlFlow<Result<T, E>>;

impl<'b, Op, Fut, T, E, On, OnOk, Late, Hook, Time, Delays, Keep, Told>
    Setup<'b, Op, Choices<On, OnOk, Late, Hook, Time, Delays, Keep, Told>>
where
    Op: FnMut(Attempt) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    On: Classify<E>,
    OnOk: Judge<T> + Finish<T, E>,
    Late: Convert<E>,
    Hook: StartHook<E>,
    <Hook::Hook as Future>::Output: HookEnd<E>,
    Time: Sleeper,
    Delays: DelaySource,
    Keep: KeepErrors<E>,
    Told: Notify<E>,
{
    /// The call begins.
    #[inline]
    pub(super) fn begin(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        self.base.begin(Facts::of_run(Late::TIMED, Late::TIMED));
        now.begin(&self.base.policy);
        self.attempt(now);
    }

    /// Starts the next attempt.
    #[inline]
    pub(super) fn attempt(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        let fault = now.call.begins(|| self.base.name);
        let limit = Limit::of(self.base.policy.timeout, *now.deadline);
        let limit = limited_only(limit, &fault);
        let attempt = now.call.attempt(*now.seed, limit);
        let scope = self.base.scope(now.call);
        let future = layer_sync(scope, || (self.base.op)(attempt));
        let running = Layer::new(scope, future);
        now.start(Phase::Attempt { running }, limit, |time| {
            self.choices.time.sleep(time)
        });
    }

    /// The same for a retry: apart, so that a first attempt alone is inlined.
    #[cold]
    #[inline(never)]
    fn attempt_again(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        self.choices.kept.settle();
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

    /// Starts `before_retry`, or the attempt itself.
    #[cold]
    #[inline(never)]
    pub(super) fn prepare(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>) {
        // The retry starts, be it with its hook.
        now.token.spend();
        // A poll that asks again is no retry, and has no hook.
        let hook = if now.call.is_after_failure() {
            let limit = Limit::of(None, *now.deadline);
            let retry = now.call.attempt(*now.seed, limit);
            let Choices { hook, kept, .. } = &mut self.choices;
            layer_sync(AttemptScope::RETRY, || hook.start(retry, kept)).map(|hook| (hook, limit))
        } else {
            None
        };
        let Some((hook, limit)) = hook else {
            return self.attempt_again(now);
        };
        let hook = Layer::new(AttemptScope::RETRY, hook);
        now.start(Phase::Prepare { hook }, limit, |time| {
            self.choices.time.sleep(time)
        });
    }

    /// After `before_retry`.
    #[cold]
    #[inline(never)]
    pub(super) fn prepared(
        &mut self,
        now: &mut Now<'_, 'b, Fut, Hook, Time>,
        ended: Result<<Hook::Hook as Future>::Output, Elapsed>,
    ) -> Step<T, E> {
        match ended.map(HookEnd::error) {
            Ok(None) => {
                self.attempt_again(now);
                ControlFlow::Continue(())
            }
            Ok(Some(error)) => {
                self.choices.kept.settle();
                self.decide(now, Err(error), None)
            }
            Err(elapsed) => self.cut(now, elapsed),
        }
    }

    /// After the time was over.
    #[cold]
    #[inline(never)]
    fn cut(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>, elapsed: Elapsed) -> Step<T, E> {
        let Choices { late, kept, .. } = &mut self.choices;
        match late.error(elapsed, || kept.take_last()) {
            Some(error) => self.decide(now, Err(error), Some(elapsed)),
            // Not reached: a run without limits has none to be cut by.
            None => ControlFlow::Continue(()),
        }
    }

    /// Ends with the outcome, or goes on to the next attempt.
    fn decide(
        &mut self,
        now: &mut Now<'_, 'b, Fut, Hook, Time>,
        outcome: Result<T, E>,
        cut: Option<Elapsed>,
    ) -> Step<T, E> {
        let moment = Circumstances {
            attempt: now.call.attempt(*now.seed, None),
            cut,
            deadline: *now.deadline,
            retry_until: *now.retry_until,
        };
        let terms = self.base.terms();
        match self.choices.decide(terms, now.call, outcome, moment) {
            Next::Over(outcome) => ControlFlow::Break(outcome),
            Next::Wait(wait) => {
                self.pause(now, wait);
                ControlFlow::Continue(())
            }
        }
    }

    /// Waits, where there is anything to wait for.
    fn pause(&mut self, now: &mut Now<'_, 'b, Fut, Hook, Time>, wait: Duration) {
        *now.token = self.base.token(now.call);
        if wait.is_zero() {
            return self.prepare(now);
        }
        now.alarm.as_mut().set_after(self.choices.time.sleep(wait));
        now.phase.set(Phase::Wait);
    }
}
