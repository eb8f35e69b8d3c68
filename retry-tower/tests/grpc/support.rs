//! A server that answers by a script, and what it has seen.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use retry_runtime::Attempt;
use retry_tower::grpc::{Idempotency, Method, Retry, RetryLayer};
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_stream::{StreamExt, iter};
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service, ServiceExt};

pub(crate) const MS: Duration = Duration::from_millis(1);
/// Longer than any call lasts; on the paused clock it is over at once.
const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const METHODS: &[Method] = &[
    Method::new("users.v1.Users/Get", Idempotency::Safe),
    Method::new("users.v1.Users/Create", Idempotency::Undeclared),
];
pub(crate) const PREVIOUS: &str = "grpc-previous-rpc-attempts";

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// Headers that are all of the answer, with this status.
    Fails(i32),
    /// The same with push-backs beside it.
    Pushes(i32, &'static [&'static str]),
    /// A message, and after a while trailers with this status, if with any.
    Answers(u64, Option<i32>),
    /// A message, and no trailers.
    Breaks,
    /// A message, and an error in place of what follows.
    Tears,
    /// A message, and nothing more for an hour.
    Fades,
    /// gRPC's headers without a status, and nothing behind them.
    Empty,
    /// A page of this HTTP status.
    Page(u16),
    /// No answer for so many milliseconds, and then a good one.
    Slow(u64),
    Hangs,
    /// The connection is refused: nothing was sent.
    Refused,
    /// The connection is lost.
    Lost,
}

/// A good answer.
pub(crate) const ANSWERS: Step = Step::Answers(0, Some(0));

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Since the server's start.
    pub(crate) at: Duration,
    pub(crate) headers: HeaderMap,
    pub(crate) attempt: Attempt,
    pub(crate) left: Option<Duration>,
    /// None where its body ended in an error.
    pub(crate) body: Option<Bytes>,
}

#[derive(Clone)]
pub(crate) struct Server {
    script: Arc<Mutex<VecDeque<Step>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    begun: Instant,
}

impl Server {
    /// Past its script it answers well.
    pub(crate) fn new<const N: usize>(script: [Step; N]) -> Self {
        Self {
            script: Arc::new(Mutex::new(script.into())),
            seen: Arc::default(),
            begun: Instant::now(),
        }
    }

    pub(crate) fn then<const N: usize>(&self, script: [Step; N]) {
        *self.script.lock().unwrap() = script.into();
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many requests since this was last asked.
    pub(crate) fn requests(&self) -> usize {
        std::mem::take(&mut *self.seen.lock().unwrap()).len()
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}

impl Service<Request<Body>> for Server {
    type Response = Response<Body>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<Body>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let step = self.script.lock().unwrap().pop_front().unwrap_or(ANSWERS);
        let (parts, body) = request.into_parts();
        let attempt = *parts.extensions.get::<Attempt>().unwrap();
        let mut seen = Seen {
            at: self.elapsed(),
            headers: parts.headers,
            attempt,
            left: attempt.remaining(),
            body: None,
        };
        let log = Arc::clone(&self.seen);
        Box::pin(async move {
            if !matches!(step, Step::Refused) {
                let whole = body.collect().await;
                seen.body = whole.ok().map(http_body_util::Collected::to_bytes);
            }
            log.lock().unwrap().push(seen);
            match step {
                Step::Hangs => {
                    sleep(HOUR).await;
                    panic!("nothing has ended a request that hangs");
                }
                Step::Slow(millis) => {
                    sleep(u32::try_from(millis).unwrap() * MS).await;
                    Ok(answer(ANSWERS))
                }
                Step::Refused => Err(io::ErrorKind::ConnectionRefused.into()),
                Step::Lost => Err(io::ErrorKind::ConnectionReset.into()),
                step => Ok(answer(step)),
            }
        })
    }
}

/// The answer of this step.
pub(crate) fn answer(step: Step) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/grpc"));
    match step {
        Step::Fails(code) => drop(headers.insert("grpc-status", code.into())),
        Step::Pushes(code, pushbacks) => {
            headers.insert("grpc-status", code.into());
            for pushback in pushbacks {
                headers.append("grpc-retry-pushback-ms", HeaderValue::from_static(pushback));
            }
        }
        Step::Page(code) => {
            headers.clear();
            *response.status_mut() = code.try_into().unwrap();
        }
        Step::Answers(after, code) => {
            let mut trailers = HeaderMap::new();
            if let Some(code) = code {
                trailers.insert("grpc-status", code.into());
            }
            let after = Duration::from_millis(after);
            *response.body_mut() = message(Some(Ok(Frame::trailers(trailers))), after);
        }
        Step::Tears => {
            let torn = Status::data_loss("torn");
            *response.body_mut() = message(Some(Err(torn)), MS);
        }
        Step::Breaks => *response.body_mut() = message(None, MS),
        Step::Fades => *response.body_mut() = message(None, HOUR),
        _ => {}
    }
    response
}

type Next = Result<Frame<Bytes>, Status>;

/// A message, and after that time what follows it.
fn message(next: Option<Next>, after: Duration) -> Body {
    let first: Next = Ok(Frame::data(Bytes::from_static(b"hello")));
    let wait = Wait(Box::pin(sleep(after)));
    Body::new(StreamBody::new(iter([first]).chain(wait).chain(iter(next))))
}

/// Says nothing, and ends when its time is over.
struct Wait(Pin<Box<tokio::time::Sleep>>);

impl tokio_stream::Stream for Wait {
    type Item = Next;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Next>> {
        self.0.as_mut().poll(cx).map(|()| None)
    }
}

/// A config with four attempts, 100 ms before each retry but for the jitter of a fifth, for
/// UNAVAILABLE.
pub(crate) fn config(name: &str, more: &str) -> String {
    format!(
        r#"{{ "methodConfig": [{{ "name": [{name}], "retryPolicy": {{
            "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "0.1s",
            "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
        }}{more} }}] }}"#
    )
}

/// The config above for all methods, under what the protos say.
pub(crate) fn layer(more: &str) -> RetryLayer {
    let layer = RetryLayer::from_service_config(&config("{}", more)).unwrap();
    layer.methods(METHODS)
}

pub(crate) fn request(method: &str) -> Request<Body> {
    let body = Body::new(http_body_util::Full::new(Bytes::from_static(b"hello")));
    Request::post(format!("http://users.internal/users.v1.Users/{method}"))
        .body(body)
        .unwrap()
}

/// The answer, from its headers to its trailers.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) head: HeaderMap,
    pub(crate) trailers: Option<HeaderMap>,
}

/// Makes a call, and reads its answer.
pub(crate) async fn send(
    client: &Retry<Server>,
    request: Request<Body>,
) -> Result<Answered, Status> {
    let (head, body) = client.clone().oneshot(request).await?.into_parts();
    let whole = body.collect().await?;
    let trailers = whole.trailers().cloned();
    assert_eq!(whole.to_bytes(), "hello");
    Ok(Answered {
        head: head.headers,
        trailers,
    })
}

pub(crate) async fn call(layer: &RetryLayer, server: &Server) -> Result<Answered, Status> {
    send(&layer.layer(server.clone()), request("Get")).await
}
