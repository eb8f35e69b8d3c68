//! A request that is under way, and how it is given up.
//!
//! HTTP/2 resets the stream of a request that is dropped with CANCEL, and hyper's
//! servers, tonic's among them, take that for the end of the messages: an upload that is
//! cut would be executed as a complete, shorter one. So the body ends in an error first,
//! which resets the stream with `INTERNAL_ERROR`, and the request lives until then.

use crate::replay::{Reader, Replay};
use crate::within_request::within;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A request that was sent.
pub(crate) struct Sent<F, B>
where
    F: Future + Send + 'static,
    B: Send + 'static,
{
    /// None once it has its outcome.
    future: Option<Pin<Box<F>>>,
    /// It runs, or a panic has ended that: it is not polled any more.
    is_polled: bool,
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
            is_polled: false,
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
        let this = &mut *self;
        let Some(future) = &mut this.future else {
            return Poll::Pending;
        };
        this.is_polled = true;
        let polled = within(|| future.as_mut().poll(cx));
        this.is_polled = false;
        if polled.is_ready() {
            this.future = None;
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
        if self.is_polled && replay.is_read_within(reader) {
            // It has panicked, and nobody reads its body any more.
            return;
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::{Pool, ReplayBody};
    use bytes::Bytes;
    use http_body::{Body, Frame};
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
    use std::task::Waker;

    /// A body that never comes to its end, or one that does at once.
    struct Upload {
        is_over: bool,
    }

    impl Body for Upload {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.is_over {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        }
    }

    /// Says when it is dropped.
    struct Request(Arc<AtomicBool>);

    impl Drop for Request {
        fn drop(&mut self) {
            self.0.store(true, Relaxed);
        }
    }

    type Sending = Sent<Pin<Box<dyn Future<Output = ()> + Send>>, Upload>;

    fn sent(is_over: bool) -> (Sending, ReplayBody<Upload>, Arc<AtomicBool>) {
        let replay = Replay::new(Upload { is_over }, Arc::new(Pool::new(100, 100)));
        let (reader, body) = replay.read(1);
        let dropped = Arc::new(AtomicBool::new(false));
        let request = Request(Arc::clone(&dropped));
        let future = Box::pin(async move {
            let _request = request;
            std::future::pending::<()>().await;
        });
        (Sent::new(future, replay, reader), body, dropped)
    }

    fn read(body: &mut ReplayBody<Upload>) -> Poll<bool> {
        let polled = Pin::new(body).poll_frame(&mut Context::from_waker(Waker::noop()));
        polled.map(|frame| matches!(frame, Some(Err(_))))
    }

    #[tokio::test]
    async fn a_request_under_way_lives_until_its_body_has_told_its_error() {
        let (sent, mut body, dropped) = sent(false);
        assert!(read(&mut body).is_pending());
        drop(sent);
        tokio::task::yield_now().await;
        assert!(
            !dropped.load(Relaxed),
            "dropped first, it resets the stream with CANCEL"
        );
        assert_eq!(read(&mut body), Poll::Ready(true));
        tokio::task::yield_now().await;
        assert!(dropped.load(Relaxed));
    }

    #[tokio::test]
    async fn one_whose_body_is_gone_or_finished_or_unread_does_not() {
        let (unread, _body, dropped) = sent(false);
        drop(unread);
        assert!(dropped.load(Relaxed));

        let (finished, mut body, dropped) = sent(true);
        assert_eq!(read(&mut body), Poll::Ready(false));
        drop(finished);
        assert!(dropped.load(Relaxed));

        let (gone, mut body, dropped) = sent(false);
        assert!(read(&mut body).is_pending());
        drop(body);
        drop(gone);
        assert!(dropped.load(Relaxed));
    }

    /// A service that reads the body in its own future, and no connection's task.
    #[tokio::test]
    async fn one_that_reads_its_body_itself_is_polled_to_its_error() {
        let replay = Replay::new(Upload { is_over: false }, Arc::new(Pool::new(100, 100)));
        let (reader, mut body) = replay.read(1);
        let failed = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&failed);
        let future = async move {
            let frame = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
            shared.store(matches!(frame, Some(Err(_))), Relaxed);
        };
        let mut sent = Sent::new(future, replay, reader);
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut sent).poll(cx).is_pending());
        drop(sent);
        tokio::task::yield_now().await;
        assert!(failed.load(Relaxed));
    }

    /// Polled on, a channel's own time-out would end it before its body has told its error.
    #[tokio::test]
    async fn one_whose_body_a_connection_reads_is_polled_no_more() {
        let replay = Replay::new(Upload { is_over: false }, Arc::new(Pool::new(100, 100)));
        let (reader, mut body) = replay.read(1);
        let polls = Arc::new(AtomicU32::new(0));
        let shared = Arc::clone(&polls);
        let future = poll_fn(move |_| {
            shared.fetch_add(1, Relaxed);
            Poll::<()>::Pending
        });
        let mut sent = Sent::new(future, replay, reader);
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut sent).poll(cx).is_pending());
        assert!(read(&mut body).is_pending());
        drop(sent);
        tokio::task::yield_now().await;
        assert_eq!(read(&mut body), Poll::Ready(true));
        tokio::task::yield_now().await;
        assert_eq!(polls.load(Relaxed), 1);
    }

    /// Polled again, most futures panic once more, on a task of ours.
    #[tokio::test]
    async fn one_that_has_panicked_is_not_polled_any_more() {
        let replay = Replay::new(Upload { is_over: false }, Arc::new(Pool::new(100, 100)));
        let (reader, body) = replay.read(1);
        let polls = Arc::new(AtomicU32::new(0));
        let (shared, mut body) = (Arc::clone(&polls), Some(body));
        let future = poll_fn(move |cx| {
            shared.fetch_add(1, Relaxed);
            if let Some(body) = &mut body {
                assert!(Pin::new(body).poll_frame(cx).is_pending());
            }
            std::panic::resume_unwind(Box::new("its own"));
            #[allow(unreachable_code, reason = "it has a type")]
            Poll::Ready(())
        });
        let mut sent = Sent::new(future, replay, reader);
        let polled = std::panic::AssertUnwindSafe(|| {
            let _ = Pin::new(&mut sent).poll(&mut Context::from_waker(Waker::noop()));
        });
        assert!(std::panic::catch_unwind(polled).is_err());
        drop(sent);
        tokio::task::yield_now().await;
        assert_eq!(polls.load(Relaxed), 1);
    }
}
