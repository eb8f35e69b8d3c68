//! What happens while a hedged call is polled.

use super::attempt::{AttemptEnd, Begun, Started, Tried};
use super::failure_handler::HandleFailures;
use super::slots::{Lane, LaneProj, Lanes};
use super::terms::Granted;
use super::{CallEnd, Core};
use crate::end::End;
use crate::ended::Ended;
use crate::engine::chain_stop;
use crate::engine::decision::{Before, Happened};
use crate::engine::delays::DelaySource;
use crate::engine::retry_token::RetryToken;
use crate::failure::Retrying;
use crate::observe::Shown;
use crate::time::clock;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// An attempt that has just ended.
struct EndedAttempt<R> {
    tried: Tried<R>,
    number: u32,
    before: Before,
}

/// What becomes of a failed attempt.
enum AfterFailure<R> {
    /// A retry is waited for, or has started.
    Retried,
    /// Whatever is pending, the call ends with it.
    Final(R, Ended),
    /// The call ends with it if nothing is pending.
    Concluded(R),
}

/// The call while it is polled.
pub(super) struct Race<'r, 'a, D, T, A, W, V, L> {
    pub(super) core: &'r mut Core<'a, D, T, A, W, V>,
    pub(super) lanes: Pin<&'r mut L>,
}

impl<'a, D, T, A, W, V, R, F, S, L> Race<'_, 'a, D, T, A, W, V, L>
where
    D: DelaySource,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a, V::Handed>) -> F,
    W: Fn(&R) -> Shown<'_>,
    V: HandleFailures<R>,
    F: Future<Output = Tried<R>>,
    S: Future,
    L: Lanes<Lane<'a, F, S, V::Handed>>,
{
    /// Polls every attempt before anything is concluded from an error.
    pub(super) fn poll_attempts(&mut self, cx: &mut Context<'_>) -> ControlFlow<CallEnd<R>> {
        let mut last = None;
        let mut final_end = None;
        for index in 0..self.core.width {
            let Some(ended) = self.poll_attempt(index, cx) else {
                continue;
            };
            let Tried { outcome, end } = ended.tried;
            let failed = match end {
                AttemptEnd::Succeeded => {
                    self.succeeded(ended.number, ended.before);
                    return ControlFlow::Break((outcome, None));
                }
                AttemptEnd::Rejected => {
                    self.core.unmade = self.core.unmade.saturating_add(1);
                    self.close(Ended::Rejected);
                    AfterFailure::Concluded(outcome)
                }
                AttemptEnd::Failed(happened) => self.failed(index, ended.number, happened, outcome),
            };
            match failed {
                AfterFailure::Retried => {}
                // Of several that the deadline cuts, the first has been given the last error.
                AfterFailure::Final(_, Ended::Deadline) if final_end.is_some() => {}
                AfterFailure::Final(outcome, reason) => final_end = Some((outcome, end, reason)),
                AfterFailure::Concluded(outcome) => {
                    if let Some((earlier, end)) = last.replace((outcome, end)) {
                        self.drop_failed(earlier, end);
                    }
                }
            }
        }
        self.conclude(last, final_end)
    }

    /// A failure that is not the end of the call, and that no retry is handed.
    fn drop_failed(&mut self, outcome: R, end: AttemptEnd) {
        if let AttemptEnd::Failed(happened) = end {
            self.core.watch.failed(outcome, happened.cut.is_some());
        }
    }

    /// What the attempt on this lane came to, if one has just ended. It is dropped
    /// before anything else happens.
    fn poll_attempt(&mut self, index: usize, cx: &mut Context<'_>) -> Option<EndedAttempt<R>> {
        let mut lane = self.lanes.as_mut().at(index)?;
        let LaneProj::Attempt {
            running,
            number,
            before,
        } = lane.as_mut().project()
        else {
            return None;
        };
        let Poll::Ready(tried) = running.poll(cx) else {
            return None;
        };
        let (number, before) = (*number, *before);
        lane.set(Lane::Idle);
        self.core.failed |= !matches!(tried.end, AttemptEnd::Succeeded);
        Some(EndedAttempt {
            tried,
            number,
            before,
        })
    }

    /// Ends the call with a failure that nothing can better, or where nothing is
    /// pending and nothing is to start.
    fn conclude(
        &mut self,
        last: Option<(R, AttemptEnd)>,
        final_end: Option<(R, AttemptEnd, Ended)>,
    ) -> ControlFlow<CallEnd<R>> {
        let (outcome, end, reason) = match (final_end, last) {
            (Some(final_end), _) => final_end,
            (None, Some((outcome, end))) if !self.any(|lane| !matches!(lane, Lane::Idle)) => {
                (outcome, end, self.core.closed.unwrap_or(Ended::Exhausted))
            }
            (None, last) => {
                if let Some((outcome, end)) = last {
                    self.drop_failed(outcome, end);
                }
                return ControlFlow::Continue(());
            }
        };
        let (terms, made) = (&self.core.terms, self.made());
        let error = (self.core.show)(&outcome);
        match end {
            AttemptEnd::Failed(Happened {
                judgement: Some(judgement),
                ..
            }) => terms.ended(made, judgement, error, reason),
            _ => terms.rejected(made.saturating_add(1), error),
        }
        self.core.call.trace.ended(reason);
        ControlFlow::Break((outcome, Some(End::new(reason, made))))
    }

    /// How many attempts have started that the breaker admitted.
    fn made(&self) -> u32 {
        self.core.started.saturating_sub(self.core.unmade)
    }

    fn succeeded(&self, number: u32, before: Before) {
        let (call, terms) = (&self.core.call, &self.core.terms);
        terms.succeeded(self.made(), before);
        call.trace.succeeded(number);
        if self.core.failed {
            return;
        }
        if let (Some(delay), Some(begun)) = (self.core.terms.hedge.follows, self.core.begun) {
            delay.observe(clock::now().saturating_duration_since(begun));
        }
    }

    /// After a failure: schedules the retry, or notes why there is none.
    fn failed(
        &mut self,
        index: usize,
        number: u32,
        happened: Happened,
        outcome: R,
    ) -> AfterFailure<R> {
        let error = (self.core.show)(&outcome);
        let (call, closed) = (&mut self.core.call, self.core.closed);
        let decision = self.core.terms.retry(call, number, happened, closed, error);
        let verdict = happened.judgement.map(|judgement| judgement.verdict);
        let pushback = verdict.and_then(|verdict| verdict.pushback());
        match decision {
            Ok(granted) => {
                self.hold(pushback);
                self.retry(index, number, happened, outcome, granted);
                return AfterFailure::Retried;
            }
            Err(Ended::Permanent) => return AfterFailure::Final(outcome, Ended::Permanent),
            Err(Ended::Deadline) if happened.is_out_of_time() => {
                return AfterFailure::Final(outcome, Ended::Deadline);
            }
            Err(ended @ (Ended::Rejected | Ended::Pushback)) => self.close(ended),
            Err(ended) => match pushback.and_then(|it| self.core.terms.too_long(it)) {
                Some(too_long) if self.any(|lane| matches!(lane, Lane::Retry { .. })) => {
                    self.core.closed = Some(too_long);
                    self.close(too_long);
                }
                Some(_) => self.close(ended),
                None => {
                    self.hold(pushback);
                    self.core.closed.get_or_insert(ended);
                    self.stop_timer();
                }
            },
        }
        AfterFailure::Concluded(outcome)
    }

    /// Tells of the retry that is granted, and starts it after its wait.
    fn retry(
        &mut self,
        index: usize,
        number: u32,
        happened: Happened,
        outcome: R,
        granted: Granted<'a>,
    ) {
        let now = clock::now();
        let held = self.core.hold;
        let held = held.map_or(Duration::ZERO, |hold| hold.saturating_duration_since(now));
        let wait = granted.wait.max(held);
        self.core.call.trace.waits(number, wait);
        if let Some(judgement) = happened.judgement {
            let retrying = Retrying {
                attempt: number,
                verdict: judgement.verdict,
                delay: wait,
            };
            self.core.watch.retrying(&outcome, retrying);
        }
        let handed = self.core.watch.failed(outcome, happened.cut.is_some());
        let Granted { token, before, .. } = granted;
        if wait.is_zero() {
            return self.start(index, token, before, handed);
        }
        let retry = Lane::Retry {
            sleep: (self.core.sleep)(wait),
            until: now.checked_add(wait),
            token,
            before,
            handed,
        };
        self.set(index, retry);
        self.stop_timer();
    }

    /// The server's push-back holds for the retries that wait already, and for
    /// those to come.
    fn hold(&mut self, pushback: Option<Duration>) {
        let Some(pushback) = pushback else {
            return;
        };
        let hold = clock::now().checked_add(pushback);
        self.core.hold = self.core.hold.max(hold);
        for index in 0..self.core.width {
            let Some(lane) = self.lanes.as_mut().at(index) else {
                return;
            };
            if let LaneProj::Retry {
                mut sleep, until, ..
            } = lane.project()
            {
                if *until < hold {
                    *until = hold;
                    sleep.set((self.core.sleep)(pushback));
                }
            }
        }
    }

    /// Nothing starts any more, retries that were waited for neither.
    fn close(&mut self, ended: Ended) {
        self.core.closed.get_or_insert(ended);
        self.core.timer_due = false;
        self.clear(|lane| !matches!(lane, Lane::Attempt { .. }));
    }

    /// Starts the retries whose time has come.
    pub(super) fn poll_retries(&mut self, cx: &mut Context<'_>) {
        for index in 0..self.core.width {
            let Some(lane) = self.lanes.as_mut().at(index) else {
                return;
            };
            if let LaneProj::Retry {
                sleep,
                token,
                before,
                handed,
                ..
            } = lane.project()
            {
                if sleep.poll(cx).is_ready() {
                    let (token, before) = (token.take(), *before);
                    let handed = std::mem::take(handed);
                    self.start(index, token, before, handed);
                }
            }
        }
    }

    /// Starts a hedge, if its time has come and it is paid for.
    pub(super) fn poll_hedge(&mut self, cx: &mut Context<'_>) {
        if self.core.fresh {
            return;
        }
        if std::mem::take(&mut self.core.timer_due) {
            self.set_timer();
        }
        let index = self.core.width;
        let Some(mut lane) = self.lanes.as_mut().at(index) else {
            return;
        };
        let LaneProj::Hedge { sleep } = lane.as_mut().project() else {
            return;
        };
        if sleep.poll(cx).is_pending() {
            return;
        }
        lane.set(Lane::Idle);
        if let Some(token) = self.core.terms.hedge(&mut self.core.call) {
            self.core.width += 1;
            self.start(index, token, Before::Nothing, V::Handed::default());
        }
    }

    /// Sets the hedging timer, where a hedge is what comes next.
    fn set_timer(&mut self) {
        let Some(after) = self.core.terms.hedge.after else {
            return;
        };
        let index = self.core.width;
        let waits = self.any(|lane| matches!(lane, Lane::Retry { .. }));
        if !waits && !chain_stop::outer_is_retrying() && self.lanes.as_mut().at(index).is_some() {
            let sleep = (self.core.sleep)(after);
            self.set(index, Lane::Hedge { sleep });
        }
    }

    fn stop_timer(&mut self) {
        self.core.timer_due = false;
        self.set(self.core.width, Lane::Idle);
    }

    /// Starts an attempt on this lane. The hedging delay counts from here.
    pub(super) fn start(
        &mut self,
        index: usize,
        token: RetryToken<'a>,
        before: Before,
        handed: V::Handed,
    ) {
        self.core.timer_due = self.core.closed.is_none();
        self.core.started = self.core.started.saturating_add(1);
        let number = self.core.started;
        let begun = Begun::new(number, before, self.core.terms.name(), &self.core.call);
        let running = (self.core.attempt)(Started::new(begun, token, handed));
        self.set(
            index,
            Lane::Attempt {
                running,
                number,
                before,
            },
        );
        self.core.fresh = true;
    }

    fn set(&mut self, index: usize, to: Lane<'a, F, S, V::Handed>) {
        if let Some(mut lane) = self.lanes.as_mut().at(index) {
            lane.set(to);
        }
    }

    /// Drops what is on the lanes of this kind.
    pub(super) fn clear(&mut self, kind: impl Fn(&Lane<'a, F, S, V::Handed>) -> bool) {
        let mut index = 0;
        while let Some(mut lane) = self.lanes.as_mut().at(index) {
            if kind(&lane) {
                lane.set(Lane::Idle);
            }
            index += 1;
        }
    }

    /// Whether there is a lane of this kind among those in use.
    fn any(&mut self, kind: impl Fn(&Lane<'a, F, S, V::Handed>) -> bool) -> bool {
        (0..self.core.width).any(|index| {
            let lane = self.lanes.as_mut().at(index);
            lane.is_some_and(|lane| kind(&lane))
        })
    }
}
