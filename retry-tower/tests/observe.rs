//! What metrics are told of gRPC calls.
#![cfg(all(feature = "grpc", feature = "metrics"))]

use http::{Request, Response};
use metrics_util::CompositeKey;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, ServiceExt, service_fn};

const METHODS: &[Method] = &[Method::new("users.v1.Users/Get", Idempotency::Safe)];

const RETRY: &str = r#"{ "methodConfig": [
    { "name": [{}], "retryPolicy": {
        "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "0.1s",
        "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]
    } }
] }"#;

const HEDGE: &str = r#"{ "methodConfig": [{ "name": [{}], "hedgingPolicy": {
    "maxAttempts": 3, "hedgingDelay": "0.1s", "nonFatalStatusCodes": ["UNAVAILABLE"]
} }] }"#;

fn layer(config: &str) -> RetryLayer {
    RetryLayer::from_service_config(config)
        .unwrap()
        .methods(METHODS)
        .target("dns:///users.internal")
}

/// A call of `Users.Get` that is answered by these codes, after so many milliseconds each.
async fn call(layer: &RetryLayer, script: &[(u64, i32)]) -> Result<(), Status> {
    let script: Arc<Mutex<Vec<_>>> = Arc::new(Mutex::new(script.iter().rev().copied().collect()));
    let server = service_fn(move |_: Request<Body>| {
        let (millis, code) = script.lock().unwrap().pop().unwrap_or((0, 0));
        async move {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            let answer = Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", code.to_string());
            Ok::<_, Status>(answer.body(Body::empty()).unwrap())
        }
    });
    let request = Request::post("http://users.internal/users.v1.Users/Get");
    let request = request.body(Body::empty()).unwrap();
    layer.layer(server).oneshot(request).await.map(drop)
}

/// Histograms of gRPC by name, with the labels and the values.
fn histograms(snapshotter: &Snapshotter) -> BTreeMap<String, (String, Vec<f64>)> {
    let mut all = BTreeMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let key: CompositeKey = key;
        let name = key.key().name().to_owned();
        let DebugValue::Histogram(values) = value else {
            continue;
        };
        if name.starts_with("grpc.") {
            let mut labels = String::new();
            for label in key.key().labels() {
                write!(labels, "{}={} ", label.key(), label.value()).unwrap();
            }
            let values = values.into_iter().map(|value| *value).collect();
            all.insert(name, (labels, values));
        }
    }
    all
}

async fn recorded(config: &str, script: &[(u64, i32)]) -> BTreeMap<String, (String, Vec<f64>)> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let _ = call(&layer(config), script).await;
    histograms(&snapshotter)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_needs_no_retry_records_nothing() {
    assert!(recorded(RETRY, &[(0, 0)]).await.is_empty());
    assert!(recorded(RETRY, &[(0, 5)]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn retries_and_the_time_between_them_are_recorded_once_a_call() {
    for last in [0, 5] {
        let all = recorded(RETRY, &[(10, 14), (10, 14), (10, last)]).await;
        let (labels, retries) = &all["grpc.client.call.retries"];
        assert_eq!(
            labels,
            "grpc.method=users.v1.Users/Get grpc.target=dns:///users.internal "
        );
        assert_eq!(*retries, [2.0]);
        let (_, delay) = &all["grpc.client.call.retry_delay"];
        assert!(
            delay.len() == 1 && (0.155..=0.21).contains(&delay[0]),
            "{delay:?}"
        );
        assert!(!all.contains_key("grpc.client.call.hedges"));
        assert!(!all.contains_key("grpc.client.call.transparent_retries"));
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_are_told_from_retries() {
    let all = recorded(HEDGE, &[(500, 0), (500, 0), (20, 0)]).await;
    assert_eq!(all["grpc.client.call.hedges"].1, [2.0]);
    assert!(!all.contains_key("grpc.client.call.retries"), "{all:?}");
    assert!(
        !all.contains_key("grpc.client.call.retry_delay"),
        "an attempt ran all the time"
    );
}

/// Admits one attempt.
struct Once(AtomicBool);

impl Gate for Once {
    fn admit(&self) -> Result<Admission, Rejected> {
        if self.0.swap(false, Relaxed) {
            Ok(Admission::Normal)
        } else {
            Err(Rejected::new())
        }
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_the_breaker_does_not_admit_is_not_counted() {
    for (config, code, attempts) in [(HEDGE, 0, None), (HEDGE, 14, Some(1)), (RETRY, 14, Some(1))] {
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let layer = layer(config).breaker(Once(AtomicBool::new(true)));
        let _ = call(&layer, &[(500, code)]).await;
        let counted = snapshotter.snapshot().into_vec().into_iter();
        let counted = counted.map(|(key, _, _, value)| (key.key().name().to_owned(), value));
        let counted: BTreeMap<_, _> = counted.collect();
        let expected = attempts.map(DebugValue::Counter);
        let made = counted.get("retry_attempts_total");
        assert_eq!(made, expected.as_ref(), "{config}, {code}");
        assert!(!counted.contains_key("grpc.client.call.hedges"));
        assert!(!counted.contains_key("grpc.client.call.retries"));
    }
}
