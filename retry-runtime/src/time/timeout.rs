//! A future that is given a limited time.

use super::clock;
use super::limit::Limit;
use crate::elapsed::Elapsed;
use pin_project_lite::pin_project;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

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

    /// The limit that is over before what it cuts has begun: a test wants that.
    #[inline]
    pub(crate) fn is_over(&self) -> Option<Elapsed> {
        self.limit.filter(Limit::is_over).map(|limit| limit.elapsed)
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
        if let Some(elapsed) = this.alarm.is_over() {
            return Poll::Ready(Err(elapsed));
        }
        match this.future.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => this.alarm.poll_over(cx).map(Err),
        }
    }
}
