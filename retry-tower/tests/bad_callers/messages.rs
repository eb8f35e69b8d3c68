//! Bodies of requests and of responses.

use super::support::{Fault, Guard, MS, Place, step};
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::time::{Sleep, sleep};

/// A body of two frames, a millisecond apart.
pub(crate) struct Message {
    places: (Place, Place),
    frames: VecDeque<Frame<Bytes>>,
    waits: Option<Pin<Box<Sleep>>>,
    _guard: Guard,
}

impl Message {
    fn new(places: (Place, Place), frames: impl IntoIterator<Item = Frame<Bytes>>) -> Self {
        Self {
            places,
            frames: frames.into_iter().collect(),
            waits: None,
            _guard: Guard::new(),
        }
    }

    pub(crate) fn request() -> Self {
        let frames = ["ab", "c"].map(|text| Frame::data(Bytes::from(text)));
        Self::new((Place::RequestBody, Place::RequestEnd), frames)
    }

    pub(crate) fn response(trailers: Option<HeaderMap>) -> Self {
        let places = (Place::ResponseBody, Place::ResponseEnd);
        let last = trailers.map_or_else(|| Frame::data(Bytes::from("c")), Frame::trailers);
        Self::new(places, [Frame::data(Bytes::from("ab")), last])
    }
}

impl Body for Message {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        step(self.places.0);
        if let Some(waits) = &mut self.waits {
            ready!(waits.as_mut().poll(cx));
        }
        self.waits = Some(Box::pin(sleep(MS)));
        Poll::Ready(self.frames.pop_front().map(Ok))
    }

    fn is_end_stream(&self) -> bool {
        step(self.places.1);
        self.frames.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        if self.places.0 == Place::RequestBody {
            step(Place::RequestLength);
        }
        SizeHint::default()
    }
}

/// Reads a body to its end: whether it comes to that.
pub(crate) async fn is_complete(body: impl Body<Data = Bytes>) -> bool {
    let mut body = pin!(body);
    let _ = body.size_hint();
    let mut bytes = 0;
    while !body.is_end_stream() {
        match poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            Some(Ok(frame)) => bytes += frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) => return false,
            None => break,
        }
    }
    assert!(bytes >= 2, "a part was taken for the whole");
    true
}
