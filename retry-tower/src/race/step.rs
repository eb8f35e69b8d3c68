//! What happens while a call is polled.

use super::lane::{Lane, LaneProj};
use super::{Outcome, RaceProjection, Sending};
use crate::breaker::{Admitted, Breaker};
use crate::call::{Effort, Granted, Paid, Won};
use crate::engine::{self, Cut, Failed, Judgement, Layer, PriorFailure};
use retry_runtime::{Elapsed, Ended};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// An attempt that has just ended.
struct Tried<S: Sending> {
    outcome: Outcome<S>,
    number: u32,
    before: PriorFailure,
    cut: Option<Elapsed>,
    admitted: Option<Admitted>,
}

/// What came of an attempt that is no success.
enum Failure<S: Sending> {
    Failed {
        outcome: Outcome<S>,
        judgement: Judgement,
    },
    /// It was not made: the breaker is open.
    Rejected { error: S::Error },
}

impl<S: Sending> Failure<S> {
    fn into_outcome(self) -> Outcome<S> {
        match self {
            Self::Failed { outcome, .. } => outcome,
            Self::Rejected { error } => Err(error),
        }
    }
}

/// What has happened on one lane.
enum News<S: Sending> {
    /// It has won.
    Won(Outcome<S>),
    /// The call is over, whatever is pending, unless another attempt has won by now.
    Final(Failure<S>, Ended),
    /// It goes on where anything is pending.
    Failed(Failure<S>),
}

impl<S: Sending> RaceProjection<'_, S> {
    /// Starts the first attempt.
    pub(super) fn start_first(&mut self) {
        self.start(0, Paid::default(), PriorFailure::NOTHING);
    }

    /// Where one attempt has got all that is still to come of the request, the
    /// others end, and nothing starts any more.
    pub(super) fn heed_commitment(&mut self, cx: &mut Context<'_>) {
        if self.committed.is_some() {
            return;
        }
        let Some(winner) = self.sending.committed(cx) else {
            return;
        };
        *self.committed = Some(winner);
        self.close(Ended::Permanent);
        self.clear(|lane| !matches!(lane, Lane::Attempt { number, .. } if *number == winner));
    }

    /// Polls every attempt before anything is concluded from a failure.
    pub(super) fn poll_attempts(&mut self, cx: &mut Context<'_>) -> Option<Outcome<S>> {
        let (mut last, mut final_end) = (None, None);
        for index in 0..=self.beside.len() {
            let failure = match self.poll_lane(index, cx) {
                None => continue,
                Some(News::Won(outcome)) => return Some(outcome),
                Some(News::Final(failure, ended)) if final_end.is_none() => {
                    final_end = Some((failure, ended));
                    continue;
                }
                Some(News::Final(failure, _) | News::Failed(failure)) => failure,
            };
            if let Some(failure) = last.replace(failure) {
                self.sending.discard(failure.into_outcome());
            }
        }
        if let Some((failure, ended)) = final_end {
            if let Some(failure) = last {
                self.sending.discard(failure.into_outcome());
            }
            return Some(self.lost(failure, ended));
        }
        let failure = last?;
        if self.any(|lane| !lane.is_idle()) {
            self.sending.discard(failure.into_outcome());
            return None;
        }
        let ended = self.closed.unwrap_or(Ended::Exhausted);
        Some(self.lost(failure, ended))
    }

    fn poll_lane(&mut self, index: usize, cx: &mut Context<'_>) -> Option<News<S>> {
        let mut lane = lane(&mut self.first, self.beside, index)?;
        if let Lane::Rejected { rejected } = *lane {
            lane.set(Lane::Idle);
            self.close(Ended::Rejected);
            let error = self.sending.rejected(rejected)?;
            return Some(News::Failed(Failure::Rejected { error }));
        }
        let tried = self.poll_attempt(index, cx)?;
        // It may have failed as the one that all depended on.
        self.heed_commitment(cx);
        if self.committed.is_some_and(|winner| winner != tried.number) {
            // Of another one, which goes on: this one's request was cut short.
            self.sending.discard(tried.outcome);
            return None;
        }
        Some(match self.sending.judge(&tried.outcome) {
            None => News::Won(self.won(tried)),
            Some(judgement) => {
                let number = tried.number;
                let news = self.failed(index, tried, judgement);
                if matches!(news, News::Failed(_)) {
                    self.leave(number);
                }
                news
            }
        })
    }

    /// Where the call goes on without this attempt, whose connection may read the request
    /// still: only now is it known that its outcome is not the call's.
    fn leave(&mut self, number: u32) {
        if self.any(|lane| !lane.is_idle()) && !self.sending.leave(number) {
            *self.committed = Some(number);
            self.close(Ended::Permanent);
            self.clear(|_| true);
        }
    }

    /// What the attempt on this lane came to, if one has just ended. It is dropped
    /// before anything else happens.
    fn poll_attempt(&mut self, index: usize, cx: &mut Context<'_>) -> Option<Tried<S>> {
        let mut lane = lane(&mut self.first, self.beside, index)?;
        let LaneProj::Attempt {
            running,
            number,
            before,
            paid,
            admitted,
        } = lane.as_mut().project()
        else {
            return None;
        };
        paid.spend();
        let Poll::Ready(outcome) = running.poll(cx) else {
            return None;
        };
        let (number, before, admitted) = (*number, *before, admitted.take());
        lane.set(Lane::Idle);
        let cut = outcome.as_ref().err().copied();
        let outcome = match outcome {
            Ok(outcome) => outcome,
            // Not reached where there is no error of it: what has no limits is not cut.
            Err(elapsed) => Err(self.sending.elapsed(elapsed)?),
        };
        Some(Tried {
            outcome,
            number,
            before,
            cut,
            admitted,
        })
    }

    /// The first success: the losers are dropped before it is handed back.
    fn won(&mut self, tried: Tried<S>) -> Outcome<S> {
        self.clear(|_| true);
        if let (Some(hedging), Some(begun), false) = (&self.plan.hedging, *self.begun, *self.failed)
        {
            hedging.observe(engine::now().saturating_duration_since(begun));
        }
        let won = Won {
            effort: self.effort(),
            plan: self.plan,
            number: tried.number,
            limits: *self.limits,
            before: tried.before,
            told: self.call.told(tried.number),
            admitted: tried.admitted,
        };
        let sending = &mut *self.sending;
        tried.outcome.map(|response| sending.won(won, response))
    }

    fn lost(&mut self, failure: Failure<S>, ended: Ended) -> Outcome<S> {
        self.clear(|_| true);
        match &failure {
            Failure::Failed { outcome, judgement } => {
                let error = Show::<S>(outcome);
                let failed = engine::failed(*judgement, &error);
                self.call.ended(self.plan, *self.made, failed, ended);
            }
            Failure::Rejected { error } => {
                let error = ShowError::<S>(error);
                let unmade = self.made.saturating_add(1);
                self.call.rejected(self.plan, unmade, &error);
            }
        }
        let effort = self.effort();
        let sending = &mut *self.sending;
        failure
            .into_outcome()
            .map_err(|error| sending.lost(effort, error))
    }

    fn effort(&self) -> Effort {
        Effort {
            attempts: *self.made,
            hedges: *self.hedges,
            idle: *self.idle,
        }
    }

    /// After a failure: schedules the retry, or notes why there is none.
    fn failed(&mut self, index: usize, tried: Tried<S>, judgement: Judgement) -> News<S> {
        *self.failed = true;
        let probe = tried.admitted.as_ref().is_some_and(Admitted::is_probe);
        if let Some(admitted) = tried.admitted {
            admitted.ended(Some(engine::heard(judgement)));
        }
        let outcome = tried.outcome;
        let error = Show::<S>(&outcome);
        let failed = Failed {
            cut: tried.cut,
            closed: *self.closed,
            probe,
            ..engine::failed(judgement, &error)
        };
        let decision = self
            .call
            .retry(self.plan, tried.number, *self.limits, failed);
        let pushback = judgement.verdict().pushback();
        let failure = Failure::Failed { outcome, judgement };
        let out_of_time = tried.cut.is_some_and(|cut| cut.is_deadline());
        match decision {
            Ok(granted) => {
                self.hold(pushback);
                self.wait(index, tried.number, granted);
            }
            Err(ended @ Ended::Permanent) => return self.ends(failure, ended),
            Err(ended @ Ended::Deadline) if out_of_time => return self.ends(failure, ended),
            Err(ended) if self.forbids(ended, pushback) => self.close(ended),
            Err(ended) => {
                self.hold(pushback);
                self.closed.get_or_insert(ended);
                self.stop_timer();
            }
        }
        News::Failed(failure)
    }

    /// No attempt follows, of those that end in the same poll neither.
    fn ends(&mut self, failure: Failure<S>, ended: Ended) -> News<S> {
        self.closed.get_or_insert(ended);
        News::Final(failure, ended)
    }

    /// Whether no further attempt is wanted, retries that are waited for neither.
    fn forbids(&self, ended: Ended, pushback: Option<Duration>) -> bool {
        let too_long = |wait| engine::is_too_long(wait, &self.plan.policy, *self.limits);
        matches!(ended, Ended::Rejected | Ended::Pushback) || pushback.is_some_and(too_long)
    }

    /// The server's push-back holds for the retries that wait already, and for those
    /// to come.
    fn hold(&mut self, pushback: Option<Duration>) {
        let Some(pushback) = pushback else {
            return;
        };
        let hold = engine::now().checked_add(pushback);
        *self.hold = (*self.hold).max(hold);
        for index in 0..=self.beside.len() {
            let Some(lane) = lane(&mut self.first, self.beside, index) else {
                return;
            };
            if let LaneProj::Retry {
                mut sleep, until, ..
            } = lane.project()
            {
                if *until < hold {
                    *until = hold;
                    sleep.set(engine::sleep(pushback));
                }
            }
        }
    }

    /// The next attempt of this lane starts after that time.
    fn wait(&mut self, index: usize, number: u32, granted: Granted) {
        let Granted { wait, paid, before } = granted;
        let now = engine::now();
        let held = self
            .hold
            .map_or(Duration::ZERO, |hold| hold.saturating_duration_since(now));
        let wait = wait.max(held);
        self.call.waits(number, wait);
        if wait.is_zero() {
            return self.start(index, paid, before);
        }
        let retry = Lane::Retry {
            sleep: engine::sleep(wait),
            until: now.checked_add(wait),
            paid,
            before,
        };
        self.set(index, retry);
        self.stop_timer();
        if !self.any(Lane::runs) {
            *self.idle_since = Some(now);
        }
    }

    /// Starts the retries whose time has come.
    pub(super) fn poll_retries(&mut self, cx: &mut Context<'_>) {
        for index in 0..=self.beside.len() {
            let Some(lane) = lane(&mut self.first, self.beside, index) else {
                return;
            };
            if let LaneProj::Retry {
                sleep,
                paid,
                before,
                ..
            } = lane.project()
            {
                if sleep.poll(cx).is_ready() {
                    let (paid, before) = (std::mem::take(paid), *before);
                    self.start(index, paid, before);
                }
            }
        }
    }

    /// Starts a hedge, if its time has come and it is paid for.
    pub(super) fn poll_hedge(&mut self, cx: &mut Context<'_>) {
        if *self.fresh {
            return;
        }
        if std::mem::take(self.timer_due) {
            self.set_timer();
        }
        let Some(timer) = self.timer else {
            return;
        };
        if timer.as_mut().poll(cx).is_pending() {
            return;
        }
        *self.timer = None;
        if let Some(paid) = self.call.hedge(self.plan) {
            self.beside.push(Box::pin(Lane::Idle));
            self.start(self.beside.len(), paid, PriorFailure::NOTHING);
        }
    }

    /// Sets the hedging timer, where a hedge is what comes next.
    fn set_timer(&mut self) {
        let Some(hedging) = &self.plan.hedging else {
            return;
        };
        let room = u32::try_from(self.beside.len()).is_ok_and(|hedges| hedges < hedging.hedges());
        let Some(after) = hedging.delay().filter(|_| room) else {
            return;
        };
        if !self.any(Lane::waits) && !engine::outer_is_retrying() {
            *self.timer = Some(Box::pin(engine::sleep(after)));
        }
    }

    fn stop_timer(&mut self) {
        *self.timer_due = false;
        *self.timer = None;
    }

    /// Nothing starts any more, retries that were waited for neither.
    fn close(&mut self, ended: Ended) {
        self.closed.get_or_insert(ended);
        self.stop_timer();
        self.clear(|lane| !lane.runs());
    }

    /// Starts an attempt on this lane. The hedging delay counts from here.
    fn start(&mut self, index: usize, paid: Paid, before: PriorFailure) {
        *self.timer_due = self.closed.is_none();
        *self.started = self.started.saturating_add(1);
        *self.fresh = true;
        if let Some(since) = self.idle_since.take() {
            *self.idle += engine::now().saturating_duration_since(since);
        }
        let admitted = match self.plan.breaker.as_ref().map(Breaker::admit) {
            // What the budget has paid is given back.
            Some(Err(rejected)) => return self.set(index, Lane::Rejected { rejected }),
            Some(Ok(admitted)) => Some(admitted),
            None => None,
        };
        let number = *self.started;
        let is_hedge = number > 1 && before.is_nothing();
        *self.made = self.made.saturating_add(1);
        *self.hedges += u32::from(is_hedge);
        let limit = self.call.starts(self.plan, number, is_hedge, *self.limits);
        let attempt = engine::attempt(number, *self.seed, limit);
        let scope = engine::scope(attempt.is_retry(), false, &self.plan.policy);
        let running = Layer::new(scope, self.sending.send(attempt));
        let attempt = Lane::Attempt {
            running: Cut::new(running, limit, engine::sleep),
            number,
            before,
            paid,
            admitted,
        };
        self.set(index, attempt);
    }

    fn set(&mut self, index: usize, to: Lane<S::Attempt>) {
        if let Some(mut lane) = lane(&mut self.first, self.beside, index) {
            lane.set(to);
        }
    }

    /// Drops what is on the lanes of this kind.
    fn clear(&mut self, kind: impl Fn(&Lane<S::Attempt>) -> bool) {
        for index in 0..=self.beside.len() {
            if let Some(mut lane) = lane(&mut self.first, self.beside, index) {
                if kind(&lane) {
                    lane.set(Lane::Idle);
                }
            }
        }
    }

    /// Whether there is a lane of this kind.
    fn any(&self, kind: impl Fn(&Lane<S::Attempt>) -> bool) -> bool {
        kind(&self.first) || self.beside.iter().any(|lane| kind(lane))
    }
}

/// The lane at this place.
fn lane<'l, F>(
    first: &'l mut Pin<&mut Lane<F>>,
    beside: &'l mut [Pin<Box<Lane<F>>>],
    index: usize,
) -> Option<Pin<&'l mut Lane<F>>> {
    match index.checked_sub(1) {
        None => Some(first.as_mut()),
        Some(index) => beside.get_mut(index).map(Pin::as_mut),
    }
}

/// A failure, for the log.
struct Show<'a, S: Sending>(&'a Outcome<S>);

impl<S: Sending> fmt::Display for Show<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        S::show(self.0.as_ref(), f)
    }
}

/// The same of an attempt that was not made.
struct ShowError<'a, S: Sending>(&'a S::Error);

impl<S: Sending> fmt::Display for ShowError<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        S::show(Err(self.0), f)
    }
}
