//! A request that is under way, and how it is given up.
//!
//! HTTP/2 resets the stream of a request that is dropped with CANCEL, and hyper's
//! servers, tonic's among them, take that for the end of the messages: an upload that is
//! cut would be executed as a complete, shorter one. So the body ends in an error first,
//! which resets the stream with `INTERNAL_ERROR`, and the request lives until then.

use crate::replay::{Reader, Replay};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

thread_local! {
    static POLLING: Cell<bool> = const { Cell::new(false) };
}

/// Whether the code that runs now is called by a request's own future, and not by the
/// task of a connection.
pub(crate) fn is_within_a_request() -> bool {
    POLLING.with(Cell::get)
}

fn within<T>(poll: impl FnOnce() -> T) -> T {
    struct Within(bool);
    impl Drop for Within {
        fn drop(&mut self) {
            POLLING.with(|polling| polling.set(self.0));
        }
    }
    let _within = Within(POLLING.with(|polling| polling.replace(true)));
    poll()
}

/// A request that was sent.
pub(crate) struct Sent<F, B>
where
    F: Future + Send + 'static,
    B: Send + 'static,
{
    /// None once it has its outcome.
    future: Option<Pin<Box<F>>>,
    replay: Arc<Replay<B>>,
    reader: Reader,
}

impl<F, B> Sent<F, B>
where
    F: Future + Send + 'static,
    B: Send + 'static,
{
    pub(crate) fn new(future: F, replay: Arc<Replay<B>>, reader: Reader) -> Self {
        Self {
            future: Some(Box::pin(future)),
            replay,
            reader,
        }
    }

    /// Who reads its body.
    pub(crate) const fn reader(&self) -> Reader {
        self.reader
    }
}

impl<F, B> Future for Sent<F, B>
where
    F: Future + Send + 'static,
    B: Send + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Pending;
        };
        let polled = within(|| future.as_mut().poll(cx));
        if polled.is_ready() {
            self.future = None;
        }
        polled
    }
}

impl<F, B> Drop for Sent<F, B>
where
    F: Future + Send + 'static,
    B: Send + 'static,
{
    fn drop(&mut self) {
        let Some(mut future) = self.future.take() else {
            return;
        };
        if !self.replay.give_up(self.reader) {
            return;
        }
        let (replay, reader) = (Arc::clone(&self.replay), self.reader);
        // Where no runtime runs there is nobody to wait, and it is dropped at once.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            poll_fn(|cx| {
                let told = replay.poll_closed(reader, cx);
                // It is polled only where its body is read by that: a channel's own
                // time-out would drop the request.
                if told.is_pending() && replay.is_read_within(reader) {
                    return within(|| future.as_mut().poll(cx)).map(drop);
                }
                told
            })
            .await;
            drop(future);
        });
    }
}
