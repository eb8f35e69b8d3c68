//! The client of reqwest. Behind the feature `reqwest`.

use super::calls::HttpCalls;
use super::drain::Drain;
use super::layer::Retry;
use super::methods::Repeat;
use crate::BoxError;
use crate::race::{BoxedRace, Race};
use crate::replay::{Replay, ReplayBody};
use bytes::Bytes;
use http::Request;
use pin_project_lite::pin_project;
use reqwest::{Body, Response};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// Over reqwest's client, and other services of its requests. The error is a [`BoxError`]
/// with the [`reqwest::Error`] inside.
///
/// A body of more than 16 KiB, or one that is a stream, is given to the client as a stream:
/// reqwest does not follow a redirect that would have to send it again (307 and 308).
///
/// ```
/// use retry_runtime::Policy;
/// use retry_tower::http::RetryLayer;
/// use tower::{Layer, ServiceExt};
///
/// async fn user(id: u64) -> Result<String, retry_tower::BoxError> {
///     let client = RetryLayer::new(Policy::DEFAULT).layer(reqwest::Client::new());
///     let url = format!("http://users.internal/{id}").parse()?;
///     let request = reqwest::Request::new(reqwest::Method::GET, url);
///     Ok(client.oneshot(request).await?.error_for_status()?.text().await?)
/// }
/// # let _ = user;
/// ```
impl<S> Service<reqwest::Request> for Retry<S>
where
    S: Service<reqwest::Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = BoxError;
    type Future = ReqwestFuture<S>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: reqwest::Request) -> Self::Future {
        let body = AsItWas::of(request.body_mut());
        let (parts, source) = match Request::<Body>::try_from(request) {
            Ok(request) => request.into_parts(),
            Err(error) => return ReqwestFuture::failed(error),
        };
        let repeat = Repeat::of(&parts.method, &parts.headers, &parts.extensions);
        let plan = self.layer.plan(&parts, repeat);
        let calls = HttpCalls {
            service: SendReqwest {
                service: self.service.clone(),
                body,
            },
            parts,
            replay: Replay::new(source, Arc::clone(&self.pool)),
            repeat,
            drain: Drain::default(),
        };
        ReqwestFuture {
            state: SentState::Sent(Box::pin(Race::new(calls, plan))),
        }
    }
}

/// The body of a request, where it need not be a stream.
#[derive(Clone, Debug)]
enum AsItWas {
    None,
    Small(Bytes),
    Stream,
}

/// What is sent at once, in one frame: it is not cut in the middle.
const SMALL: usize = 16 * 1024;

impl AsItWas {
    fn of(body: &mut Option<Body>) -> Self {
        match body {
            None => Self::None,
            Some(given) => match given.as_bytes() {
                Some(bytes) if bytes.len() <= SMALL => {
                    let bytes = Bytes::copy_from_slice(bytes);
                    *body = None;
                    Self::Small(bytes)
                }
                _ => Self::Stream,
            },
        }
    }
}

/// Sends what an attempt is given by a service of reqwest's requests: what stands between
/// [`Retry`] and the client. It is public since it appears in [`ReqwestFuture`].
///
/// ```
/// use retry_tower::http::SendReqwest;
///
/// fn is_send(sender: SendReqwest<reqwest::Client>) -> impl Send {
///     sender
/// }
/// # let _ = is_send;
/// ```
#[derive(Clone, Debug)]
pub struct SendReqwest<S> {
    service: S,
    body: AsItWas,
}

impl<S> Service<Request<ReplayBody<Body>>> for SendReqwest<S>
where
    S: Service<reqwest::Request, Response = Response>,
    S::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = BoxError;
    type Future = Sent<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.service.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<ReplayBody<Body>>) -> Self::Future {
        match reqwest::Request::try_from(request.map(Body::wrap)) {
            Ok(mut request) => {
                match &self.body {
                    AsItWas::None => *request.body_mut() = None,
                    AsItWas::Small(bytes) => *request.body_mut() = Some(bytes.clone().into()),
                    AsItWas::Stream => {}
                }
                Sent::Sending {
                    future: self.service.call(request),
                }
            }
            Err(error) => Sent::Failed { error: Some(error) },
        }
    }
}

pin_project! {
    /// One request that is sent, or that could not be made.
    #[doc(hidden)]
    #[project = SentProj]
    pub enum Sent<F> {
        Sending { #[pin] future: F },
        Failed { error: Option<reqwest::Error> },
    }
}

impl<F, E> Future for Sent<F>
where
    F: Future<Output = Result<Response, E>>,
    E: Into<BoxError>,
{
    type Output = Result<Response, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            SentProj::Sending { future } => future.poll(cx).map_err(Into::into),
            SentProj::Failed { error } => match error.take() {
                Some(error) => Poll::Ready(Err(error.into())),
                None => Poll::Pending,
            },
        }
    }
}

/// The response of a request of reqwest's that is retried: the future of
/// [`Retry`]. It is public since it appears there; it is awaited.
///
/// ```
/// use retry_tower::http::{ReqwestFuture, Retry};
/// use tower::Service;
///
/// type Client = reqwest::Client;
///
/// fn send(client: &mut Retry<Client>, request: reqwest::Request) -> ReqwestFuture<Client> {
///     client.call(request)
/// }
/// # let _ = send;
/// ```
pub struct ReqwestFuture<S>
where
    S: Service<reqwest::Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    state: SentState<S>,
}

/// A request that is under way, or that could not be made.
enum SentState<S>
where
    S: Service<reqwest::Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    Sent(BoxedRace<HttpCalls<SendReqwest<S>, Body, Response>>),
    Failed(Option<BoxError>),
}

impl<S> ReqwestFuture<S>
where
    S: Service<reqwest::Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    fn failed(error: reqwest::Error) -> Self {
        Self {
            state: SentState::Failed(Some(error.into())),
        }
    }
}

impl<S> Future for ReqwestFuture<S>
where
    S: Service<reqwest::Request, Response = Response> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Output = Result<Response, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.state {
            SentState::Sent(race) => race.as_mut().poll(cx),
            SentState::Failed(error) => match error.take() {
                Some(error) => Poll::Ready(Err(error)),
                None => Poll::Pending,
            },
        }
    }
}
