//! What metrics are told of gRPC calls.
#![cfg(all(feature = "grpc", feature = "metrics"))]

use http::{Request, Response};
use metrics_util::CompositeKey;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use retry_tower::grpc::{Idempotency, Method, RetryLayer};
use std::collections::BTreeMap;
use std::fmt::Write as _;
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

/// A call of `Users.Get` that is answered by these codes, after so many milliseconds each.
async fn call(config: &str, script: &[(u64, i32)]) -> Result<(), Status> {
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
    let layer = RetryLayer::from_service_config(config)
        .unwrap()
        .methods(METHODS);
    let layer = layer.target("dns:///users.internal");
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
    let _ = call(config, script).await;
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
