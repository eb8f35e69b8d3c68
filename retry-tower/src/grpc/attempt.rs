//! One attempt of a gRPC call, up to the headers of its answer.

use super::status;
use crate::farewell::Sent;
use crate::oneshot::Oneshot;
use crate::replay::{Reader, Replay};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, request};
use retry_runtime::{Attempt as Number, grpc};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use tonic::Status;
use tonic::body::Body;
use tower_service::Service;

/// The request that all attempts of a call send.
pub(super) struct Template {
    pub(super) parts: request::Parts,
    pub(super) replay: Arc<Replay<Body>>,
    /// Whether what is handed back is sent once more.
    pub(super) transparent: bool,
    /// How often that has happened.
    pub(super) transparently: AtomicU32,
}

impl Template {
    fn request(&self, attempt: Number) -> (Reader, Request<Body>) {
        let (reader, body) = self.replay.read(attempt.number());
        let mut request = Request::from_parts(self.parts.clone(), Body::new(body));
        // The headers by which an attempt is told are the runtime's.
        let mut told = tonic::Request::new(());
        grpc::annotate_request(&mut told, attempt);
        for (name, value) in told.metadata().clone().into_headers() {
            if let Some(name) = name {
                request.headers_mut().insert(name, value);
            }
        }
        request.extensions_mut().insert(attempt);
        (reader, request)
    }

    /// Whether this is the one time that a request is sent once more at once.
    fn sends_once_more(&self, status: &Status) -> bool {
        self.transparent
            && !self.replay.is_committed()
            && status::was_handed_back(status)
            && self
                .transparently
                .compare_exchange(0, 1, Relaxed, Relaxed)
                .is_ok()
    }
}

/// A request that a service sends.
type SentRequest<S> = Sent<Oneshot<S, Request<Body>, <S as Service<Request<Body>>>::Future>, Body>;

/// Sends one request, and a second one where the first comes back.
pub(super) struct Attempt<S>
where
    S: Service<Request<Body>> + Send + 'static,
    S::Future: Send + 'static,
{
    template: Arc<Template>,
    service: S,
    number: Number,
    sent: Option<SentRequest<S>>,
}

// Nothing in it is pinned in place.
impl<S> Unpin for Attempt<S>
where
    S: Service<Request<Body>> + Send + 'static,
    S::Future: Send + 'static,
{
}

impl<S> Attempt<S>
where
    S: Service<Request<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    pub(super) const fn new(template: Arc<Template>, service: S, number: Number) -> Self {
        Self {
            template,
            service,
            number,
            sent: None,
        }
    }

    fn sent(&mut self) -> &mut SentRequest<S> {
        self.sent.get_or_insert_with(|| {
            let (reader, request) = self.template.request(self.number);
            let future = Oneshot::new(self.service.clone(), request);
            Sent::new(future, Arc::clone(&self.template.replay), reader)
        })
    }
}

/// What an attempt has won: the answer's beginning, and the reader that goes on.
pub(super) struct Begun {
    pub(super) response: Response<Body>,
    pub(super) reader: Reader,
}

impl<S, B> Future for Attempt<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Output = Result<Begun, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            // The channel keeps to the time that it is told, and drops the request by it:
            // whoever polls late has to see that the time is over before the channel does.
            if this.number.remaining().is_some_and(|left| left.is_zero()) {
                return Poll::Pending;
            }
            let sent = this.sent();
            let ended = ready!(Pin::new(&mut *sent).poll(cx));
            let reader = sent.reader();
            match ended
                .map_err(|error| status::of_error(error.into()))
                .and_then(begun)
            {
                Ok(response) if this.template.replay.commit(reader) => {
                    return Poll::Ready(Ok(Begun { response, reader }));
                }
                // Another attempt goes on, and this one is dropped soon.
                Ok(_) => return Poll::Pending,
                Err(status) => {
                    this.template.replay.give_up(reader);
                    if !this.template.sends_once_more(&status) {
                        return Poll::Ready(Err(status));
                    }
                    this.sent = None;
                }
            }
        }
    }
}

/// The answer, where it is one of gRPC.
fn begun<B>(mut response: Response<B>) -> Result<Response<Body>, Status>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    if let Some(status) = status::of_head(&mut response) {
        return Err(status);
    }
    let has_status = response.headers().contains_key("grpc-status");
    if !has_status && response.body().is_end_stream() {
        return Err(status::missing(response.headers()));
    }
    Ok(response.map(Body::new))
}

/// How many attempts went before, as the client is told too (gRPC A6).
pub(super) fn previous(attempts: u32) -> Option<HeaderValue> {
    let before = attempts.checked_sub(1)?;
    (before > 0).then(|| HeaderValue::from(before))
}

pub(super) const PREVIOUS: &str = "grpc-previous-rpc-attempts";
