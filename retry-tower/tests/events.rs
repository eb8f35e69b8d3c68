//! What logs are told of gRPC calls.
#![cfg(all(feature = "grpc", feature = "tracing"))]

use http::{Request, Response};
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use std::fmt::{self, Write as _};
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
            .header("grpc-status", status);
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

#[tokio::test(start_paused = true)]
async fn it_is_said_which_methods_are_covered_by_what_and_what_was_retried() {
    let log = Log::default();
    let subscriber = tracing_subscriber::registry().with(log.clone());
    let _guard = tracing::subscriber::set_default(subscriber);
    call().await;
    let log = log.0.lock().unwrap();
    let told = |words: &[&str]| {
        log.iter()
            .any(|event| words.iter().all(|word| event.contains(word)))
    };
    assert!(
        told(&["INFO retry_tower", "Users/Get", "idempotency_level"]),
        "{log:#?}"
    );
    assert!(
        told(&[
            "INFO retry_tower",
            "Users/Create",
            "only what was not executed"
        ]),
        "{log:#?}"
    );
    assert!(
        told(&["INFO retry_tower", "Users/Delete", "not retried"]),
        "{log:#?}"
    );
    assert!(
        told(&["WARN retry_runtime", "users.v1.Users/Get", "Unavailable"]),
        "{log:#?}"
    );
}
