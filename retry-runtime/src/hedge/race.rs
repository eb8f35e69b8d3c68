//! What happens while a hedged call is polled.

use super::attempt::{Failed, Started, Tried};
use super::slots::{Lane, LaneProj, Lanes};
use super::{Core, Ending};
use crate::ended::Ended;
use crate::engine::chain_stop;
use crate::engine::delays::Delays;
use crate::engine::retry_token::Paid;
use crate::observe::Shown;
use crate::time::clock;
use crate::verdict::Verdict;
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The call while it is polled.
pub(super) struct Race<'r, 'a, D, T, A, W, R, L> {
    pub(super) core: &'r mut Core<'a, D, T, A, W, R>,
    pub(super) lanes: Pin<&'r mut L>,
}

impl<'a, D, T, A, W, R, F, S, L> Race<'_, 'a, D, T, A, W, R, L>
where
    D: Delays,
    T: Fn(Duration) -> S,
    A: Fn(Started<'a>) -> F,
    W: Fn(&R) -> Shown<'_>,
    F: Future<Output = Tried<R>>,
    S: Future,
    L: Lanes<Lane<'a, F, S>>,
{
    /// Polls every attempt before anything is concluded from an error.
    pub(super) fn poll_attempts(&mut self, cx: &mut Context<'_>) -> ControlFlow<Ending<R>> {
        let mut last = None;
        let mut late = None;
        for index in 0..self.core.width {
            let Some((number, Tried { outcome, failed })) = self.poll_attempt(index, cx) else {
                continue;
            };
            let Some(failed) = failed else {
                self.succeeded(index);
                return ControlFlow::Break((outcome, None));
            };
            self.core.plan.failed(&mut self.core.call, failed);
            if failed.rejected {
                self.close(Ended::Rejected);
                last = Some((outcome, failed));
            } else if failed.cut.is_some_and(|cut| cut.is_deadline()) {
                late = Some((outcome, failed));
            } else if failed.verdict.is_permanent() {
                self.close(Ended::Permanent);
                self.core.permanent = Some(outcome);
            } else {
                self.failed(index, number, failed, &outcome);
                last = Some((outcome, failed));
            }
        }
        self.conclude(last, late)
    }

    /// What the attempt on this lane came to, if one has just ended, with its
    /// number. It is dropped before anything else happens.
    fn poll_attempt(&mut self, index: usize, cx: &mut Context<'_>) -> Option<(u32, Tried<R>)> {
        let mut lane = self.lanes.as_mut().at(index)?;
        let LaneProj::Attempt { running, number } = lane.as_mut().project() else {
            return None;
        };
        let Poll::Ready(tried) = running.poll(cx) else {
            return None;
        };
        let number = *number;
        lane.set(Lane::Idle);
        self.core.failed |= u16::from(tried.failed.is_some()) << index;
        Some((number, tried))
    }

    /// Ends the call where the deadline is over, or where nothing is pending
    /// and nothing is to start.
    fn conclude(
        &mut self,
        last: Option<(R, Failed)>,
        late: Option<(R, Failed)>,
    ) -> ControlFlow<Ending<R>> {
        if late.is_none() && self.any(|lane| !matches!(lane, Lane::Idle)) {
            return ControlFlow::Continue(());
        }
        let ((outcome, failed), ended) = match (self.core.permanent.take(), late, last) {
            (Some(outcome), ..) => {
                let failed = Failed::by(Verdict::permanent());
                ((outcome, failed), Ended::Permanent)
            }
            (None, Some(late), _) => (late, Ended::Deadline),
            (None, None, Some(last)) => (last, self.core.closed.unwrap_or(Ended::Exhausted)),
            (None, None, None) => return ControlFlow::Continue(()),
        };
        let error = (self.core.show)(&outcome);
        self.core
            .plan
            .ended(self.core.started, failed, error, ended);
        ControlFlow::Break((outcome, Some(ended)))
    }

    /// The attempt on this lane has succeeded. A hedge is the first one there.
    fn succeeded(&self, index: usize) {
        let Core { plan, call, .. } = &*self.core;
        let by_retry = self.core.failed >> index & 1 == 1;
        plan.succeeded(call, self.core.started, by_retry);
        if self.core.failed != 0 {
            return;
        }
        if let (Some(delay), Some(begun)) = (self.core.plan.hedge.follows, self.core.begun) {
            delay.observe(clock::now().saturating_duration_since(begun));
        }
    }

    /// A failure that is worth a retry.
    fn failed(&mut self, index: usize, number: u32, failed: Failed, outcome: &R) {
        if let Some(pushback) = failed.verdict.pushback() {
            self.heed(pushback);
        }
        if self.core.closed.is_some() {
            return;
        }
        let error = (self.core.show)(outcome);
        let call = &mut self.core.call;
        match self.core.plan.retry(call, number, failed, error) {
            Ok((wait, paid)) => self.wait(index, wait, paid),
            Err(Ended::Rejected) => self.close(Ended::Rejected),
            Err(ended) => {
                self.core.closed = Some(ended);
                self.stop_timer();
            }
        }
    }

    /// The server's push-back holds for the retries that wait already, and for
    /// those to come.
    fn heed(&mut self, pushback: Duration) {
        if let Some(ended) = self.core.plan.too_long(pushback) {
            return self.close(ended);
        }
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

    /// The next attempt of this lane starts after that time.
    fn wait(&mut self, index: usize, wait: Duration, paid: Paid<'a>) {
        let now = clock::now();
        let held = self
            .core
            .hold
            .map_or(Duration::ZERO, |hold| hold.saturating_duration_since(now));
        let wait = wait.max(held);
        if wait.is_zero() {
            return self.start(index, paid);
        }
        let retry = Lane::Retry {
            sleep: (self.core.sleep)(wait),
            until: now.checked_add(wait),
            paid,
        };
        self.set(index, retry);
        self.stop_timer();
    }

    /// Nothing starts any more, retries that were waited for neither.
    fn close(&mut self, ended: Ended) {
        self.core.closed = Some(ended);
        self.core.timer_due = false;
        self.clear(|lane| !matches!(lane, Lane::Attempt { .. }));
    }

    /// Starts the retries whose time has come.
    pub(super) fn poll_retries(&mut self, cx: &mut Context<'_>) {
        for index in 0..self.core.width {
            let Some(lane) = self.lanes.as_mut().at(index) else {
                return;
            };
            if let LaneProj::Retry { sleep, paid, .. } = lane.project() {
                if sleep.poll(cx).is_ready() {
                    let paid = paid.take();
                    self.start(index, paid);
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
        if let Some(paid) = self.core.plan.hedge(&mut self.core.call) {
            self.core.width += 1;
            self.start(index, paid);
        }
    }

    /// Sets the hedging timer, where a hedge is what comes next.
    fn set_timer(&mut self) {
        let Some(after) = self.core.plan.hedge.after else {
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
    pub(super) fn start(&mut self, index: usize, paid: Paid<'a>) {
        self.core.timer_due = self.core.closed.is_none();
        self.core.started = self.core.started.saturating_add(1);
        let number = self.core.started;
        let running = (self.core.attempt)(Started::new(number, paid));
        self.set(index, Lane::Attempt { running, number });
        self.core.fresh = true;
    }

    fn set(&mut self, index: usize, to: Lane<'a, F, S>) {
        if let Some(mut lane) = self.lanes.as_mut().at(index) {
            lane.set(to);
        }
    }

    /// Drops what is on the lanes of this kind.
    pub(super) fn clear(&mut self, kind: impl Fn(&Lane<'a, F, S>) -> bool) {
        let mut index = 0;
        while let Some(mut lane) = self.lanes.as_mut().at(index) {
            if kind(&lane) {
                lane.set(Lane::Idle);
            }
            index += 1;
        }
    }

    /// Whether there is a lane of this kind among those in use.
    fn any(&mut self, kind: impl Fn(&Lane<'a, F, S>) -> bool) -> bool {
        (0..self.core.width).any(|index| {
            let lane = self.lanes.as_mut().at(index);
            lane.is_some_and(|lane| kind(&lane))
        })
    }
}
