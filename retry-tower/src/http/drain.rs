//! What is left of a failed response: read to its end, an HTTP/1 connection can be used
//! again.

use super::answer::HttpAnswer;
use bytes::{Buf, Bytes};
use http::Version;
use http_body::Body;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Beyond that a new connection is cheaper.
const MOST: usize = 16 * 1024;

/// The response before the attempt that is waited for.
pub(super) struct Drain<B> {
    body: Option<Pin<Box<B>>>,
    read: usize,
}

impl<B> Default for Drain<B> {
    fn default() -> Self {
        Self {
            body: None,
            read: 0,
        }
    }
}

impl<B: Body<Data = Bytes>> Drain<B> {
    /// HTTP/2 has a stream for each response: that one is reset by its drop.
    pub(super) fn start(&mut self, answer: impl HttpAnswer<Body = B>) {
        let shares = matches!(answer.version(), Version::HTTP_10 | Version::HTTP_11);
        let body = answer.into_body();
        self.read = 0;
        self.body = (shares && !body.is_end_stream()).then(|| Box::pin(body));
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        while let Some(body) = &mut self.body {
            match body.as_mut().poll_frame(cx) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(frame))) => {
                    self.read += frame.data_ref().map_or(0, Buf::remaining);
                    if self.read > MOST {
                        self.body = None;
                    }
                }
                Poll::Ready(Some(Err(_)) | None) => self.body = None,
            }
        }
    }
}
