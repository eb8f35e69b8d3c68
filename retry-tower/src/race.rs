//! One call: attempts one after the other, and beside one another where it is
//! hedged. The rules are those of `retry_runtime`'s hedging:
//!
//! - The first success wins; the others are dropped before it is handed back.
//! - A failure worth another try never beats a pending attempt. A permanent one is
//!   an answer, and ends the call.
//! - A failed attempt is followed by the next one after its backoff. What ends its
//!   retries ends the hedging too; retries that others wait for go on.
//! - The hedging timer starts anew with every attempt, and stops where a retry is
//!   waited for.
//! - A push-back holds for the whole call.
//! - While a layer further out is on a retry there are neither retries nor hedges.
//!
//! The first attempt and its retries live in the call's own future. Only a hedge
//! allocates.

mod lane;
mod step;

use crate::call::{Call, Effort, Plan, Won};
use crate::engine::{self, CallLimits, Instant, Judgement, Sleep};
use crate::hedging::Hedging;
use lane::Lane;
use pin_project_lite::pin_project;
use retry_runtime::{Attempt, Elapsed, Ended, Rejected};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// What the layers differ in: how a request is sent, and what its outcome means.
pub(crate) trait Sending {
    type Response;
    type Error;
    type Attempt: Future<Output = Result<Self::Response, Self::Error>>;

    /// An attempt that does nothing before it is polled.
    fn send(&mut self, attempt: Attempt) -> Self::Attempt;

    /// What a failure says; nothing of a success.
    fn judge(&self, outcome: &Outcome<Self>) -> Option<Judgement>;

    /// The error of an attempt that is cut; none where nothing has limits.
    fn elapsed(&self, elapsed: Elapsed) -> Option<Self::Error>;

    /// The error of an attempt that the breaker has not admitted; none where there
    /// is no breaker.
    fn rejected(&self, rejected: Rejected) -> Option<Self::Error>;

    /// A failure, as the log shows it.
    fn show(
        outcome: Result<&Self::Response, &Self::Error>,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result;

    /// This attempt has won.
    fn won(&mut self, won: Won<'_>, response: Self::Response) -> Self::Response {
        won.succeeded();
        response
    }

    /// No attempt follows any more, and none has won.
    fn lost(&mut self, _: Effort, error: Self::Error) -> Self::Error {
        error
    }

    /// The attempt that all that is still to be sent has gone to, if one is: no
    /// other one can go on. Wakes the task where one becomes it.
    fn committed(&self, _: &mut Context<'_>) -> Option<u32> {
        None
    }

    /// The call goes on without the attempt of this number, which has failed: it is sent
    /// no more of the request. `false` where it has got all that is still to come, so
    /// that nothing can go on.
    fn leave(&self, _number: u32) -> bool {
        true
    }

    /// An outcome that another attempt follows, and the time until then.
    fn discard(&mut self, _outcome: Outcome<Self>) {}

    /// Polled while a retry is waited for.
    fn poll_discarded(&mut self, _: &mut Context<'_>) {}
}

/// How an attempt ends.
pub(crate) type Outcome<S> = Result<<S as Sending>::Response, <S as Sending>::Error>;

pin_project! {
    /// A call.
    #[project = RaceProjection]
    pub(crate) struct Race<S: Sending> {
        sending: S,
        plan: Plan,
        call: Call,
        limits: CallLimits,
        seed: u32,
        // How many attempts have started: the number of the newest one.
        started: u32,
        // How many of them the breaker admitted, and how many of these are hedges.
        made: u32,
        hedges: u32,
        // When the first one did, where somebody wants to know.
        begun: Option<Instant>,
        #[pin]
        first: Lane<S::Attempt>,
        beside: Vec<Pin<Box<Lane<S::Attempt>>>>,
        // Until the next hedge. Few calls have one.
        timer: Option<Pin<Box<Sleep>>>,
        // The timer is to be set: not before the attempt was polled, since one that
        // is ready at once needs none.
        timer_due: bool,
        // Something has started that was not polled yet.
        fresh: bool,
        failed: bool,
        // The server's push-back: no retry before that.
        hold: Option<Instant>,
        // Why nothing starts any more.
        closed: Option<Ended>,
        // Since when no attempt runs, and how long none did before.
        idle_since: Option<Instant>,
        idle: Duration,
        // The attempt that alone can go on, once there is one.
        committed: Option<u32>,
    }
}

/// A call that is not moved with the future of who awaits it, which most often has it
/// several times over.
#[cfg(any(feature = "http", feature = "grpc"))]
pub(crate) type BoxedRace<S> = Pin<Box<Race<S>>>;

impl<S: Sending> Race<S> {
    pub(crate) fn new(sending: S, plan: Plan) -> Self {
        Self {
            sending,
            plan,
            call: Call::default(),
            limits: CallLimits::default(),
            seed: 0,
            started: 0,
            made: 0,
            hedges: 0,
            begun: None,
            first: Lane::Idle,
            beside: Vec::new(),
            timer: None,
            timer_due: false,
            fresh: false,
            failed: false,
            hold: None,
            closed: None,
            idle_since: None,
            idle: Duration::ZERO,
            committed: None,
        }
    }
}

impl<S: Sending> Future for Race<S> {
    type Output = Outcome<S>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if *this.started == 0 {
            *this.limits = CallLimits::of(&this.plan.policy);
            *this.seed = engine::seed();
            let follows = this.plan.hedging.as_ref().is_some_and(Hedging::follows);
            *this.begun = follows.then(engine::now);
            this.start_first();
        }
        loop {
            this.heed_commitment(cx);
            if let Some(outcome) = this.poll_attempts(cx) {
                return Poll::Ready(outcome);
            }
            this.poll_retries(cx);
            this.poll_hedge(cx);
            this.sending.poll_discarded(cx);
            if !std::mem::take(this.fresh) {
                return Poll::Pending;
            }
        }
    }
}
