//! What happens while a call is polled.

use super::lane::{Lane, LaneProj};
use super::{Effort, Outcome, RaceProjection, Sending};
use crate::breaker::{Admitted, Breaker};
use crate::engine::{self, Cut, Failed, Layer, Limit, Paid, Won};
use retry_runtime::{Elapsed, Ended, Verdict};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// An attempt that has ended.
struct Tried<S: Sending> {
    number: u32,
    outcome: Outcome<S>,
    admitted: Option<Admitted>,
    cut: Option<Elapsed>,
    rejected: bool,
}

/// What its failure means.
#[derive(Clone, Copy)]
struct Failure {
    verdict: Verdict,
    cut: Option<Elapsed>,
    probe: bool,
    rejected: bool,
}

impl Failure {
    fn shown<'a>(&self, error: &'a dyn fmt::Display) -> Failed<'a> {
        Failed {
            cut: self.cut,
            probe: self.probe,
            ..engine::failed(self.verdict, error)
        }
    }
}

impl<S: Sending> RaceProjection<'_, S> {
    /// Starts the first attempt.
    pub(super) fn start_first(&mut self) {
        self.start(0, Paid::default());
    }

    /// Where one attempt has got all that is still to come of the request, the
    /// others end, and nothing starts any more.
    pub(super) fn heed_commitment(&mut self, cx: &mut Context<'_>) {
        if *self.committed {
            return;
        }
        let Some(winner) = self.sending.committed(cx) else {
            return;
        };
        *self.committed = true;
        self.close(Ended::Permanent);
        self.clear(|lane| !matches!(lane, Lane::Attempt { number, .. } if *number == winner));
    }

    /// Polls every attempt before anything is concluded from a failure that is
    /// worth another try.
    pub(super) fn poll_attempts(&mut self, cx: &mut Context<'_>) -> Option<Outcome<S>> {
        let mut last = None;
        for index in 0..=self.beside.len() {
            let Some(mut tried) = self.poll_attempt(index, cx) else {
                continue;
            };
            // It may have failed as the one that all depended on.
            self.heed_commitment(cx);
            let verdict = match tried.rejected {
                true => Some(Verdict::not_sent()),
                false => self.sending.verdict(&tried.outcome),
            };
            let Some(verdict) = verdict else {
                return Some(self.won(tried));
            };
            *self.failed = true;
            let failure = Failure {
                verdict,
                cut: tried.cut,
                probe: tried.admitted.as_ref().is_some_and(Admitted::is_probe),
                rejected: tried.rejected,
            };
            if let Some(admitted) = tried.admitted.take() {
                admitted.ended(Some(verdict));
            }
            if let Some(ended) = self.decide(index, tried.number, failure, &tried.outcome) {
                return Some(self.lost(tried.outcome, failure, ended));
            }
            if let Some((outcome, _)) = last.replace((tried.outcome, failure)) {
                self.sending.discard(outcome);
            }
        }
        let (outcome, failure) = last?;
        if self.any(|lane| !lane.is_idle()) {
            self.sending.discard(outcome);
            return None;
        }
        let ended = self.closed.unwrap_or(Ended::Exhausted);
        Some(self.lost(outcome, failure, ended))
    }

    /// What the attempt on this lane came to, if one has just ended. It is dropped
    /// before anything else happens.
    fn poll_attempt(&mut self, index: usize, cx: &mut Context<'_>) -> Option<Tried<S>> {
        let mut lane = lane(&mut self.first, self.beside, index)?;
        let (number, outcome, admitted) = match lane.as_mut().project() {
            LaneProj::Attempt {
                running,
                number,
                admitted,
            } => match running.poll(cx) {
                Poll::Pending => return None,
                Poll::Ready(outcome) => (*number, outcome, admitted.take()),
            },
            LaneProj::Rejected { rejected } => {
                let rejected = *rejected;
                lane.set(Lane::Idle);
                let outcome = Err(self.sending.rejected(rejected)?);
                return Some(Tried {
                    number: *self.started,
                    outcome,
                    admitted: None,
                    cut: None,
                    rejected: true,
                });
            }
            LaneProj::Idle | LaneProj::Retry { .. } => return None,
        };
        lane.set(Lane::Idle);
        let cut = outcome.as_ref().err().copied();
        let outcome = outcome.or_else(|elapsed| self.sending.elapsed(elapsed).map(Err).ok_or(()));
        Some(Tried {
            number,
            // Not reached: what has no limits is not cut.
            outcome: outcome.ok()?,
            admitted,
            cut,
            rejected: false,
        })
    }

    /// The first success: the losers are dropped before it is handed back.
    fn won(&mut self, tried: Tried<S>) -> Outcome<S> {
        self.close(Ended::Permanent);
        self.clear(|_| true);
        if let (Some(hedging), Some(begun), false) = (&self.plan.hedging, *self.begun, *self.failed)
        {
            hedging.observe(engine::now().saturating_duration_since(begun));
        }
        let won = Won {
            plan: self.plan,
            number: tried.number,
            effort: self.effort(),
            deadline: *self.deadline,
            admitted: tried.admitted,
        };
        let sending = &mut *self.sending;
        tried.outcome.map(|response| sending.won(won, response))
    }

    fn lost(&mut self, outcome: Outcome<S>, failure: Failure, ended: Ended) -> Outcome<S> {
        self.clear(|_| true);
        let error = Show::<S>(&outcome);
        if failure.rejected {
            self.plan.rejected(*self.started, &error);
        } else {
            let failed = failure.shown(&error);
            self.plan.ended(*self.started, failed, ended);
        }
        let effort = self.effort();
        let sending = &mut *self.sending;
        outcome.map_err(|error| sending.lost(effort, error))
    }

    fn effort(&self) -> Effort {
        Effort {
            attempts: *self.started,
            hedges: u32::try_from(self.beside.len()).unwrap_or(u32::MAX),
            idle: *self.idle,
        }
    }

    /// Why the call is over by this failure, whatever is pending; else its lane goes
    /// on to a retry, if there is one.
    fn decide(
        &mut self,
        index: usize,
        number: u32,
        failure: Failure,
        outcome: &Outcome<S>,
    ) -> Option<Ended> {
        if failure.rejected {
            self.close(Ended::Rejected);
            return None;
        }
        if failure.cut.is_some_and(|cut| cut.is_deadline()) {
            return Some(Ended::Deadline);
        }
        if let Some(pushback) = failure.verdict.pushback() {
            match engine::too_long(&self.plan.policy, *self.deadline, pushback) {
                Some(ended) => self.close_unless(ended),
                None => self.heed(pushback),
            }
        }
        if !failure.verdict.is_retryable() {
            return Some(self.closed.unwrap_or(Ended::Permanent));
        }
        if self.closed.is_some() {
            return None;
        }
        let error = Show::<S>(outcome);
        let failed = failure.shown(&error);
        match self.call.retry(self.plan, number, *self.deadline, failed) {
            Ok((wait, paid)) => self.wait(index, wait, paid),
            Err(ended) => {
                *self.closed = Some(ended);
                if matches!(ended, Ended::Rejected | Ended::Pushback) {
                    self.close(ended);
                }
                self.stop_timer();
            }
        }
        None
    }

    /// The server's push-back holds for the retries that wait already, and for those
    /// to come.
    fn heed(&mut self, pushback: Duration) {
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
    fn wait(&mut self, index: usize, wait: Duration, paid: Paid) {
        let now = engine::now();
        let held = self
            .hold
            .map_or(Duration::ZERO, |hold| hold.saturating_duration_since(now));
        let wait = wait.max(held);
        if wait.is_zero() {
            return self.start(index, paid);
        }
        let retry = Lane::Retry {
            sleep: engine::sleep(wait),
            until: now.checked_add(wait),
            paid,
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
            if let LaneProj::Retry { sleep, paid, .. } = lane.project() {
                if sleep.poll(cx).is_ready() {
                    let paid = std::mem::take(paid);
                    self.start(index, paid);
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
        let Some(timer) = self.timer.as_mut().as_pin_mut() else {
            return;
        };
        if timer.poll(cx).is_pending() {
            return;
        }
        self.timer.set(None);
        if let Some(paid) = self.call.hedge(self.plan) {
            self.beside.push(Box::pin(Lane::Idle));
            self.start(self.beside.len(), paid);
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
            self.timer.set(Some(engine::sleep(after)));
        }
    }

    fn stop_timer(&mut self) {
        *self.timer_due = false;
        self.timer.set(None);
    }

    /// The same, where no other reason was there first.
    fn close_unless(&mut self, ended: Ended) {
        let ended = self.closed.unwrap_or(ended);
        self.close(ended);
    }

    /// Nothing starts any more, retries that were waited for neither.
    fn close(&mut self, ended: Ended) {
        *self.closed = Some(ended);
        self.stop_timer();
        self.clear(|lane| !lane.runs());
    }

    /// Starts an attempt on this lane. The hedging delay counts from here.
    fn start(&mut self, index: usize, mut paid: Paid) {
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
        paid.spend();
        let number = *self.started;
        let limit = Limit::of(engine::limits(&self.plan.policy).0, *self.deadline);
        let attempt = engine::attempt(number, *self.seed, limit);
        let running = Layer::new(attempt.is_retry(), self.sending.send(attempt));
        let running = Cut::new(running, limit, engine::sleep);
        self.set(
            index,
            Lane::Attempt {
                running,
                number,
                admitted,
            },
        );
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
        S::show(self.0, f)
    }
}
