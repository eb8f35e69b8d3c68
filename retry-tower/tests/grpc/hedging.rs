//! Attempts beside one that is slow.

use super::support::{ANSWERS, METHODS, MS, Server, Step, request, send};
use retry_tower::grpc::RetryLayer;
use retry_tower::{Idempotent, NoRetry};
use std::time::Duration;
use tonic::Code;
use tower::Layer;

fn layer() -> RetryLayer {
    let config = r#"{ "methodConfig": [{ "name": [{}], "hedgingPolicy": {
        "maxAttempts": 3, "hedgingDelay": "0.1s", "nonFatalStatusCodes": ["UNAVAILABLE"]
    } }] }"#;
    RetryLayer::from_service_config(config)
        .unwrap()
        .methods(METHODS)
}

#[tokio::test(start_paused = true)]
async fn a_slow_attempt_is_overtaken() {
    let server = Server::new([Step::Hangs, Step::Hangs, ANSWERS]);
    let client = layer().layer(server.clone());
    send(&client, request("Get")).await.unwrap();
    let at: Vec<_> = server.seen().iter().map(|seen| seen.at).collect();
    assert_eq!(at, [0, 100, 200].map(|millis| millis * MS));
    assert_eq!(client.kept_bytes(), 0);
}

#[tokio::test(start_paused = true)]
async fn as_many_as_the_policy_allows() {
    let server = Server::new([Step::Slow(1000), Step::Hangs, Step::Hangs, ANSWERS]);
    let client = layer().layer(server.clone());
    send(&client, request("Get")).await.unwrap();
    assert_eq!(server.elapsed(), 1000 * MS);
    assert_eq!(server.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_not_fatal_starts_the_next_one_and_another_ends_the_call() {
    let server = Server::new([Step::Fails(14), ANSWERS]);
    let client = layer().layer(server.clone());
    send(&client, request("Get")).await.unwrap();
    assert_eq!((server.requests(), server.elapsed()), (2, Duration::ZERO));
    server.then([Step::Hangs, Step::Fails(13)]);
    let status = send(&client, request("Get")).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(server.elapsed(), 100 * MS);
}

#[tokio::test(start_paused = true)]
async fn only_what_is_declared_is_hedged() {
    let server = Server::new([]);
    let client = layer().layer(server.clone());
    let attempts = async |method: &str, change: fn(&mut http::Extensions)| {
        server.then([Step::Slow(150)]);
        let mut request = request(method);
        change(request.extensions_mut());
        send(&client, request).await.unwrap();
        server.requests()
    };
    assert_eq!(attempts("Get", |_| ()).await, 2);
    assert_eq!(attempts("Create", |_| ()).await, 1);
    let declared = |extensions: &mut http::Extensions| {
        extensions.insert(Idempotent);
    };
    assert_eq!(attempts("Create", declared).await, 2);
    let out = |extensions: &mut http::Extensions| {
        extensions.insert(NoRetry);
    };
    assert_eq!(attempts("Get", out).await, 1);
}

/// What is beyond them goes to one attempt alone, from its start on here.
#[tokio::test(start_paused = true)]
async fn messages_beyond_the_buffers_are_not_hedged() {
    for (buffer, requests) in [(5, 2), (4, 1)] {
        let server = Server::new([Step::Slow(150)]);
        let client = layer().call_buffer(buffer).layer(server.clone());
        send(&client, request("Get")).await.unwrap();
        assert_eq!(server.elapsed(), [150, 100][requests - 1] * MS);
        assert_eq!(server.requests(), requests);
    }
}
