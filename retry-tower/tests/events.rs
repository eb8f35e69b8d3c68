//! What logs are told of calls.
#![cfg(all(feature = "grpc", feature = "reqwest-middleware", feature = "tracing"))]

mod open_breaker;

use http::{Request, Response};
use open_breaker::Open;
use reqwest_middleware::{ClientBuilder, Next};
use retry_runtime::Policy;
use retry_tower::ReplayBody;
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use std::fmt::{self, Write as _};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, ServiceExt, service_fn};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};

const METHODS: &[Method] = &[
    Method::new("users.v1.Users/Get", Idempotency::Safe),
    Method::new("users.v1.Users/Create", Idempotency::Undeclared),
];

const CONFIG: &str = r#"{ "methodConfig": [
    { "name": [{}], "retryPolicy": {
        "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "0.1s",
        "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
    } },
    { "name": [{ "service": "users.v1.Users", "method": "Delete" }], "timeout": "1s" }
] }"#;

/// A call of `Users.Get` whose first attempt fails.
async fn call() {
    let calls = Arc::new(AtomicU32::new(0));
    let server = service_fn(move |_: Request<Body>| {
        let status = if calls.fetch_add(1, Ordering::Relaxed) == 0 {
            "14"
        } else {
            "0"
        };
        let answer = Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", status)
            .header("grpc-message", "busy");
        std::future::ready(Ok::<_, Status>(answer.body(Body::empty()).unwrap()))
    });
    let layer = RetryLayer::from_service_config(CONFIG)
        .unwrap()
        .methods(METHODS);
    let request = Request::post("http://users.internal/users.v1.Users/Get");
    let request = request.body(Body::empty()).unwrap();
    layer.layer(server).oneshot(request).await.unwrap();
}

/// Keeps events as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields(format!(
            "{} {}",
            event.metadata().level(),
            event.metadata().target()
        ));
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
}

/// What is told while this runs.
async fn told_of(calls: impl Future<Output = ()>) -> Vec<String> {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    calls.await;
    std::mem::take(&mut *log.0.lock().unwrap())
}

/// Of each of these, an event has all the words.
fn assert_told(log: &[String], events: &[&[&str]]) {
    for words in events {
        let has_all = |event: &String| words.iter().all(|word| event.contains(word));
        assert!(log.iter().any(has_all), "{words:?} in {log:#?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_said_which_methods_are_covered_by_what_and_what_was_retried() {
    let log = told_of(call()).await;
    assert_told(
        &log,
        &[
            &["INFO retry_tower", "Users/Get", "idempotency_level"],
            &[
                "INFO retry_tower",
                "Users/Create",
                "only what was not executed",
            ],
            &["INFO retry_tower", "Users/Delete", "not retried"],
            &[
                "WARN retry_runtime",
                "users.v1.Users/Get",
                "Unavailable: busy",
            ],
        ],
    );
}

/// The connection was lost, says a client.
#[derive(Debug)]
struct Lost(io::Error);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl std::error::Error for Lost {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// The first request is answered with 503, the second is lost, and the third answered well.
fn third_time_lucky() -> impl Fn() -> Result<Response<reqwest::Body>, Lost> {
    let requests = AtomicU32::new(0);
    move || {
        let status = match requests.fetch_add(1, Ordering::Relaxed) {
            0 => 503,
            1 => return Err(Lost(io::ErrorKind::ConnectionReset.into())),
            _ => 200,
        };
        let answer = Response::builder().status(status);
        Ok(answer.body(reqwest::Body::default()).unwrap())
    }
}

type Answers<'a> =
    Pin<Box<dyn Future<Output = reqwest_middleware::Result<reqwest::Response>> + Send + 'a>>;

/// The same as what is innermost in a stack of middleware.
fn inside(
    answer: impl Fn() -> Result<Response<reqwest::Body>, Lost>,
) -> impl for<'a> Fn(reqwest::Request, &'a mut http::Extensions, Next<'a>) -> Answers<'a> {
    move |_, _, _| {
        let answer = answer().map(reqwest::Response::from);
        let answer = answer.map_err(reqwest_middleware::Error::middleware);
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test(start_paused = true)]
async fn failures_of_http_are_told_by_their_status_or_with_their_causes() {
    let layer = retry_tower::http::RetryLayer::new(Policy::DEFAULT).name("users");
    let answer = Arc::new(third_time_lucky());
    let server = service_fn(move |_: Request<ReplayBody<String>>| std::future::ready(answer()));
    let request = Request::get("http://a/").body(String::new()).unwrap();
    let by_service = async {
        let call = layer.layer(server).oneshot(request);
        assert_eq!(call.await.unwrap().status(), 200);
    };
    let client = ClientBuilder::new(reqwest::Client::new());
    let client = client
        .with(layer.clone())
        .with(inside(third_time_lucky()))
        .build();
    let by_middleware = async {
        let call = client.get("http://a/").send();
        assert_eq!(call.await.unwrap().status(), 200);
    };
    for log in [told_of(by_service).await, told_of(by_middleware).await] {
        assert_told(
            &log,
            &[
                &["WARN retry_runtime", "users", "HTTP status 503"],
                &["WARN retry_runtime", "users", "no answer: connection reset"],
            ],
        );
    }
}

#[tokio::test(start_paused = true)]
async fn failures_of_any_service_are_told_by_their_type_alone() {
    let layer = retry_tower::RetryLayer::new(Policy::DEFAULT).name("users");
    let server = || {
        service_fn(|secret: &'static str| {
            std::future::ready(Err::<(), _>(io::Error::other(secret)))
        })
    };
    let log = told_of(async {
        layer.layer(server()).oneshot("secret").await.unwrap_err();
        let rejecting = layer.clone().breaker(Open);
        rejecting
            .layer(server())
            .oneshot("secret")
            .await
            .unwrap_err();
    })
    .await;
    let ty = "a `std::io::error::Error`";
    assert_told(
        &log,
        &[&["retry_runtime", "users", ty], &["rejected", "users", ty]],
    );
    assert!(
        log.iter().all(|event| !event.contains("secret")),
        "{log:#?}"
    );
}
