//! A future that is given a limited time.

use crate::Elapsed;
use crate::clock::{self, Instant};
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The earlier of an attempt's `timeout` and the call's `deadline`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    until: Option<Instant>,
    elapsed: Elapsed,
}

/// The deadline of one call: when it is over, and how long it was.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    until: Option<Instant>,
    after: Duration,
}

impl Deadline {
    /// Counts from now. One that no clock can reach is none.
    #[must_use]
    pub fn after(after: Duration) -> Self {
        Self {
            until: clock::now().checked_add(after),
            after,
        }
    }

    pub(crate) fn remaining(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    #[cfg(feature = "tokio")]
    pub(crate) const fn length(&self) -> Duration {
        self.after
    }
}

impl Limit {
    /// `None` where there is neither.
    #[inline]
    #[must_use]
    pub fn of(timeout: Option<Duration>, deadline: Option<Deadline>) -> Option<Self> {
        if timeout.is_none() && deadline.is_none() {
            return None;
        }
        Self::earlier(timeout, deadline)
    }

    fn earlier(timeout: Option<Duration>, deadline: Option<Deadline>) -> Option<Self> {
        let attempt = timeout.map(|timeout| Self {
            until: clock::now().checked_add(timeout),
            elapsed: Elapsed::timeout(timeout),
        });
        let call = deadline.map(|deadline| Self {
            until: deadline.until,
            elapsed: Elapsed::deadline(deadline.after),
        });
        match (attempt, call) {
            (Some(attempt), Some(call))
                if attempt
                    .until
                    .is_some_and(|at| call.until.is_none_or(|by| at < by)) =>
            {
                Some(attempt)
            }
            (attempt, call) => call.or(attempt),
        }
    }

    /// None where no clock can reach it.
    fn remaining(&self) -> Option<Duration> {
        self.until
            .map(|until| until.saturating_duration_since(clock::now()))
    }

    pub(crate) const fn until(&self) -> Option<Instant> {
        self.until
    }
}

pin_project! {
    /// A timer, and the limit that it keeps.
    #[derive(Debug)]
    pub struct Alarm<S> {
        #[pin]
        timer: Option<S>,
        limit: Option<Limit>,
    }
}

impl<S> Alarm<S> {
    /// One that never goes off.
    #[inline]
    pub(crate) const fn silent() -> Self {
        Self {
            timer: None,
            limit: None,
        }
    }

    /// Goes off at `limit`, woken by the timer that `sleep` makes.
    fn at(limit: Option<Limit>, sleep: impl FnOnce(Duration) -> S) -> Self {
        let timer = limit.and_then(|limit| limit.remaining()).map(sleep);
        Self { timer, limit }
    }

    /// Sets one that is silent.
    #[inline]
    pub(crate) fn set_at(
        self: Pin<&mut Self>,
        limit: Option<Limit>,
        sleep: impl FnOnce(Duration) -> S,
    ) {
        if let Some(limit) = limit {
            self.set_to(Some(limit), limit.remaining().map(sleep));
        }
    }

    /// Sets one that is silent: it has no limit, and is only waited for.
    #[inline]
    pub(crate) fn set_after(self: Pin<&mut Self>, sleep: S) {
        self.set_to(None, Some(sleep));
    }

    /// Lets its timer go.
    #[inline]
    pub(crate) fn stop(self: Pin<&mut Self>) {
        if self.timer.is_some() {
            self.set_to(None, None);
        }
    }

    /// Not inlined: it is the same code for all calls with this timer.
    #[inline(never)]
    fn set_to(mut self: Pin<&mut Self>, limit: Option<Limit>, timer: Option<S>) {
        self.set(Self { timer, limit });
    }
}

impl<S: Future> Alarm<S> {
    /// Ends with its timer.
    #[inline(never)]
    pub(crate) fn poll_wait(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.project().timer.as_pin_mut() {
            Some(timer) => timer.poll(cx).map(drop),
            None => Poll::Ready(()),
        }
    }

    /// Ends where its limit is over.
    #[inline(never)]
    pub(crate) fn poll_over(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Elapsed> {
        let this = self.project();
        let (Some(timer), Some(limit)) = (this.timer.as_pin_mut(), *this.limit) else {
            return Poll::Pending;
        };
        // The clock is asked beside the timer: a future that uses up tokio's
        // cooperative budget in every poll would starve the timer for ever.
        let over =
            timer.poll(cx).is_ready() || limit.until.is_some_and(|until| clock::now() >= until);
        if over {
            Poll::Ready(limit.elapsed)
        } else {
            Poll::Pending
        }
    }
}

pin_project! {
    /// The future's output, or the [`Elapsed`] that cut it.
    #[derive(Debug)]
    pub struct Cut<F, S> {
        #[pin]
        future: F,
        #[pin]
        alarm: Alarm<S>,
    }
}

impl<F, S> Cut<F, S> {
    /// Gives `future` until `limit`, woken by the timer that `sleep` makes.
    pub fn new(future: F, limit: Option<Limit>, sleep: impl FnOnce(Duration) -> S) -> Self {
        Self {
            future,
            alarm: Alarm::at(limit, sleep),
        }
    }
}

impl<F: Future, S: Future> Future for Cut<F, S> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => this.alarm.poll_over(cx).map(Err),
        }
    }
}
