//! One attempt of a gRPC call, up to the headers of its answer.

use super::status;
use crate::engine;
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
        grpc::attempt(&mut told, attempt);
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

/// Sends one request, and a second one where the first comes back.
pub(super) struct Attempt<S: Service<Request<Body>>> {
    template: Arc<Template>,
    service: S,
    number: Number,
    stage: Stage<S>,
}

enum Stage<S: Service<Request<Body>>> {
    /// Nothing has happened.
    New,
    Waiting {
        service: S,
        reader: Reader,
        request: Option<Request<Body>>,
    },
    Calling {
        future: Pin<Box<S::Future>>,
        reader: Reader,
    },
    Over,
}

// Nothing in it is pinned in place.
impl<S: Service<Request<Body>>> Unpin for Attempt<S> {}

impl<S: Service<Request<Body>> + Clone> Attempt<S> {
    pub(super) const fn new(template: Arc<Template>, service: S, number: Number) -> Self {
        Self {
            template,
            service,
            number,
            stage: Stage::New,
        }
    }
}

/// What an attempt has won: the answer's beginning, and the reader that goes on.
pub(super) struct Begun {
    pub(super) response: Response<Body>,
    pub(super) reader: Reader,
}

impl<S, B> Future for Attempt<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone,
    S::Error: Into<crate::BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Output = Result<Begun, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let ended = match &mut this.stage {
                Stage::New => {
                    let (reader, request) = this.template.request(this.number);
                    this.stage = Stage::Waiting {
                        service: this.service.clone(),
                        reader,
                        request: Some(request),
                    };
                    continue;
                }
                Stage::Waiting {
                    service,
                    reader,
                    request,
                } => match ready!(service.poll_ready(cx)) {
                    Ok(()) => {
                        let Some(request) = request.take() else {
                            return Poll::Pending;
                        };
                        let future = Box::pin(service.call(request));
                        let reader = *reader;
                        this.stage = Stage::Calling { future, reader };
                        continue;
                    }
                    Err(error) => (*reader, Err(status::of_error(error.into()))),
                },
                Stage::Calling { future, reader } => {
                    let polled = ready!(future.as_mut().poll(cx));
                    (
                        *reader,
                        polled.map_err(|error| status::of_error(error.into())),
                    )
                }
                Stage::Over => return Poll::Pending,
            };
            this.stage = Stage::Over;
            let (reader, ended) = ended;
            match ended.and_then(begun) {
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
                    this.stage = Stage::New;
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
    match status::of_head(&mut response) {
        Some(status) => Err(status),
        None => Ok(response.map(Body::new)),
    }
}

impl<S: Service<Request<Body>>> Attempt<S> {
    /// What is still to be told to the server before the request may be dropped: HTTP/2
    /// resets a stream with CANCEL when its request is dropped, and tonic's server takes
    /// that for the end of the messages.
    fn farewell(&mut self) -> Option<Pin<Box<S::Future>>> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Calling { future, reader } => {
                self.template.replay.give_up(reader).then_some(future)
            }
            Stage::New | Stage::Waiting { .. } | Stage::Over => None,
        }
    }
}

/// An attempt that can be dropped half-way.
pub(super) struct Farewell<S>(Attempt<S>)
where
    S: Service<Request<Body>>,
    S::Future: Send + 'static;

impl<S> Farewell<S>
where
    S: Service<Request<Body>>,
    S::Future: Send + 'static,
{
    pub(super) const fn of(attempt: Attempt<S>) -> Self {
        Self(attempt)
    }
}

impl<S, B> Future for Farewell<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone,
    S::Error: Into<crate::BoxError>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<crate::BoxError>,
{
    type Output = Result<Begun, Status>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx)
    }
}

impl<S> Drop for Farewell<S>
where
    S: Service<Request<Body>>,
    S::Future: Send + 'static,
{
    fn drop(&mut self) {
        if let Some(future) = self.0.farewell() {
            engine::go_on(async move { drop(future.await) });
        }
    }
}

/// How many attempts went before, as the client is told too (gRPC A6).
pub(super) fn previous(attempts: u32) -> Option<HeaderValue> {
    let before = attempts.checked_sub(1)?;
    (before > 0).then(|| HeaderValue::from(before))
}

pub(super) const PREVIOUS: &str = "grpc-previous-rpc-attempts";
