//! The central rules, for gRPC's layer: by the names of the methods. Rules are those of a
//! process, so this is a program of its own.
#![cfg(feature = "grpc")]

use retry_runtime::central;
use retry_tower::grpc::RetryLayer;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tonic::body::Body;
use tower::{Layer, ServiceExt, service_fn};

const CONFIG: &str = r#"{ "methodConfig": [{
    "name": [
        { "service": "users.Users", "method": "Get" },
        { "service": "users.Users", "method": "List" }
    ],
    "retryPolicy": {
        "maxAttempts": 3,
        "initialBackoff": "0.01s",
        "maxBackoff": "0.01s",
        "backoffMultiplier": 1,
        "retryableStatusCodes": ["UNAVAILABLE"]
    }
}] }"#;

/// How many requests a service sees that is not available.
async fn requests(layer: &RetryLayer, method: &str) -> u32 {
    let seen = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&seen);
    let service = service_fn(move |_: http::Request<Body>| {
        counter.fetch_add(1, Relaxed);
        async {
            let answer = http::Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", "14")
                .body(Body::empty());
            Ok::<_, Infallible>(answer.expect("an answer"))
        }
    });
    let request = http::Request::post(method).body(Body::empty());
    let _ = layer
        .layer(service)
        .oneshot(request.expect("a request"))
        .await;
    seen.load(Relaxed)
}

#[tokio::test(start_paused = true)]
async fn a_method_goes_by_its_name() {
    let layer = RetryLayer::from_service_config(CONFIG).expect("a config");
    for (rules, get, list) in [
        ("", 3, 3),
        ("['/users.Users/*']\npolicy = 'max = 1'", 2, 2),
        ("['/users.Users/Get']\nenabled = false", 1, 3),
        (
            "['/users.Users/*']\nenabled = false\n['/users.Users/Get']\nenabled = true",
            3,
            1,
        ),
    ] {
        central::install(rules.parse().expect("rules"));
        assert_eq!(requests(&layer, "/users.Users/Get").await, get, "{rules}");
        assert_eq!(requests(&layer, "/users.Users/List").await, list, "{rules}");
    }
}
