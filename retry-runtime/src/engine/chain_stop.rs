//! A retry is not retried: while an outer call is on a retry, the inner ones
//! make one attempt each (Kitex's chain stop).

use pin_project_lite::pin_project;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    static RETRYING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the code that runs now is part of an outer call's retry.
pub(crate) fn outer_is_retrying() -> bool {
    RETRYING.with(Cell::get)
}

/// While it lives, the code that runs is part of a retry. Then it puts back
/// what was before, on a panic too.
struct Retrying {
    before: bool,
}

impl Retrying {
    fn begin() -> Self {
        Self {
            before: RETRYING.with(|cell| cell.replace(true)),
        }
    }
}

impl Drop for Retrying {
    fn drop(&mut self) {
        RETRYING.with(|cell| cell.set(self.before));
    }
}

/// Runs a synchronous attempt; `on_retry` as in [`Layer::new`].
#[inline]
pub fn layer_sync<R>(on_retry: bool, attempt: impl FnOnce() -> R) -> R {
    let _retrying = on_retry.then(Retrying::begin);
    attempt()
}

pin_project! {
    /// An attempt that tells the calls inside it whether it is a retry. It
    /// costs one branch a poll on the first attempt. What it says does not
    /// cross into tasks spawned inside.
    #[derive(Debug)]
    pub struct Layer<F> {
        #[pin]
        attempt: F,
        on_retry: bool,
    }
}

impl<F> Layer<F> {
    /// Marks `attempt` as a retry or as a first attempt.
    #[inline]
    pub const fn new(on_retry: bool, attempt: F) -> Self {
        Self { attempt, on_retry }
    }
}

impl<F: Future> Future for Layer<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if *this.on_retry {
            let mut polled = Poll::Pending;
            poll_retry(this.attempt, cx, &mut polled);
            return polled;
        }
        this.attempt.poll(cx)
    }
}

/// Apart, so that a first attempt is compiled as if there were no other: what
/// the compiler knows of a future that has not begun, it keeps. For the same
/// reason the output comes by reference: a returned one would be written to
/// memory by the first attempt too.
#[cold]
#[inline(never)]
fn poll_retry<F: Future>(attempt: Pin<&mut F>, cx: &mut Context<'_>, polled: &mut Poll<F::Output>) {
    let _retrying = Retrying::begin();
    *polled = attempt.poll(cx);
}
