//! What becomes of the body of a response that is not the call's.

use bytes::Bytes;
use http::{Request, Response, Version};
use http_body::{Body, Frame};
use retry_runtime::{Backoff, Jitter, Policy};
use retry_tower::http::RetryLayer;
use retry_tower::{BoxError, ReplayBody};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tower::{Layer, ServiceExt, service_fn};

const MS: Duration = Duration::from_millis(1);

/// Frames of these lengths, all of which are there. It counts those that are read.
struct Frames {
    lengths: VecDeque<usize>,
    read: Arc<AtomicUsize>,
    /// When it is dropped.
    dropped: Arc<Mutex<Option<tokio::time::Instant>>>,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.lengths.pop_front();
        if length.is_some() {
            self.read.fetch_add(1, Relaxed);
        }
        Poll::Ready(length.map(|length| Ok(Frame::data(vec![b'x'; length].into()))))
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        *self.dropped.lock().unwrap() = Some(tokio::time::Instant::now());
    }
}

/// One retry, after 100 ms.
fn layer() -> RetryLayer {
    let policy = Policy::DEFAULT.with_backoff(Backoff::fixed(100 * MS).unwrap());
    RetryLayer::new(policy.with_jitter(Jitter::NONE))
}

/// How many frames are read of a first response with status 503, which is dropped at once.
async fn read_of(lengths: &[usize], version: Version, by_reqwest: bool) -> usize {
    let read = Arc::new(AtomicUsize::new(0));
    let dropped = Arc::new(Mutex::new(None));
    let begun = tokio::time::Instant::now();
    let first = Frames {
        lengths: lengths.iter().copied().collect(),
        read: Arc::clone(&read),
        dropped: Arc::clone(&dropped),
    };
    let first = Arc::new(Mutex::new(Some(first)));
    let answer = move || {
        let first = first.lock().unwrap().take();
        let status = if first.is_some() { 503 } else { 200 };
        let body = first.map_or_else(reqwest::Body::default, reqwest::Body::wrap);
        let response = Response::builder().status(status).version(version);
        Ok::<_, BoxError>(response.body(body).unwrap())
    };
    let status = if by_reqwest {
        let server = service_fn(move |_: reqwest::Request| {
            std::future::ready(answer().map(reqwest::Response::from))
        });
        let request = reqwest::Request::new(reqwest::Method::GET, "http://a/".parse().unwrap());
        let response = layer().layer(server).oneshot(request).await;
        response.unwrap().status()
    } else {
        let server = service_fn(move |_: Request<ReplayBody<String>>| std::future::ready(answer()));
        let request = Request::get("http://a/").body(String::new()).unwrap();
        let response = layer().layer(server).oneshot(request).await;
        response.unwrap().status()
    };
    assert_eq!(status, 200);
    assert_eq!(begun.elapsed(), 100 * MS);
    assert_eq!(*dropped.lock().unwrap(), Some(begun));
    read.load(Relaxed)
}

/// Over HTTP/1 the connection can be used again then; over HTTP/2 a stream is reset.
#[tokio::test(start_paused = true)]
async fn short_ones_are_read_to_their_end_where_they_have_the_connection_for_themselves() {
    const HALF: usize = 8 * 1024;
    for by_reqwest in [false, true] {
        for (lengths, version, read) in [
            (&[5][..], Version::HTTP_11, 1),
            (&[HALF, HALF], Version::HTTP_11, 2),
            (&[1, 1, HALF, HALF - 2, 0], Version::HTTP_10, 5),
            (&[HALF, HALF, 1, 1], Version::HTTP_11, 3),
            (&[2 * HALF + 1, 1], Version::HTTP_11, 1),
            (&[5], Version::HTTP_2, 0),
        ] {
            let seen = read_of(lengths, version, by_reqwest).await;
            assert_eq!(seen, read, "{lengths:?} {version:?}, reqwest: {by_reqwest}");
        }
    }
}
