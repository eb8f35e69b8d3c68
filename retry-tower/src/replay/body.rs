//! The body of one attempt.

use super::{Reader, Replay};
use crate::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The body of one attempt: reads a `B` that all attempts of a call share.
///
/// The inner service is given requests of it. It ends in an error where its attempt is
/// given up half-way, so that no server takes it for a complete, shorter one.
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::{BodyExt, Full};
/// use retry_tower::ReplayBody;
///
/// async fn read(body: ReplayBody<Full<Bytes>>) -> Result<Bytes, retry_tower::BoxError> {
///     Ok(body.collect().await?.to_bytes())
/// }
/// # let _ = read;
/// ```
pub struct ReplayBody<B> {
    replay: Arc<Replay<B>>,
    reader: Reader,
}

impl<B> ReplayBody<B> {
    pub(super) const fn new(replay: Arc<Replay<B>>, reader: Reader) -> Self {
        Self { replay, reader }
    }
}

impl<B> Body for ReplayBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.replay.poll_frame(self.reader, cx)
    }

    fn is_end_stream(&self) -> bool {
        self.replay.is_end_stream(self.reader)
    }

    fn size_hint(&self) -> SizeHint {
        self.replay.size_hint(self.reader)
    }
}

impl<B> Drop for ReplayBody<B> {
    fn drop(&mut self) {
        self.replay.closed(self.reader);
    }
}

impl<B> fmt::Debug for ReplayBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayBody").finish_non_exhaustive()
    }
}
