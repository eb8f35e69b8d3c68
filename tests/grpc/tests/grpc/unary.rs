//! Calls of one message each way.

use crate::support::{
    MS, Scripted, channel, client, config, dead_port, layer, msg, serve, serve_at,
};
use retry_runtime::Budget;
use std::sync::Arc;
use std::time::Instant;
use tests_grpc::lab::lab_client::LabClient;
use tonic::{Code, Request};
use tower::Layer;

#[tokio::test]
async fn a_listed_status_is_retried_and_each_side_is_told_the_attempts_before() {
    let server = Scripted::new(&["code 14", "code 14"]);
    let running = serve(&server).await;
    let response = client(running.port, &config("")).get(msg(7)).await.unwrap();
    assert_eq!(
        response
            .metadata()
            .get("grpc-previous-rpc-attempts")
            .unwrap(),
        "2"
    );
    assert_eq!(response.into_inner(), msg(7));
    let previous: Vec<_> = server
        .seen()
        .into_iter()
        .map(|seen| seen.previous)
        .collect();
    assert_eq!(previous, [None, Some("1".to_owned()), Some("2".to_owned())]);
}

#[tokio::test]
async fn the_first_answer_has_no_attempts_before() {
    let server = Scripted::new(&[]);
    let running = serve(&server).await;
    let response = client(running.port, &config("")).get(msg(7)).await.unwrap();
    assert!(
        response
            .metadata()
            .get("grpc-previous-rpc-attempts")
            .is_none()
    );
}

#[tokio::test]
async fn other_statuses_come_back_at_once() {
    for code in [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16] {
        let server = Scripted::new(&[&format!("code {code}")]);
        let running = serve(&server).await;
        let status = client(running.port, &config(""))
            .get(msg(7))
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::from_i32(code));
        assert_eq!(server.calls(), 1, "{code}");
    }
}

#[tokio::test]
async fn the_last_status_comes_back_when_attempts_end() {
    let server = Scripted::new(&["code 14"; 9]);
    let running = serve(&server).await;
    let status = client(running.port, &config(""))
        .get(msg(7))
        .await
        .unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (Code::Unavailable, "by script: 14")
    );
    assert_eq!(
        status.metadata().get("grpc-previous-rpc-attempts").unwrap(),
        "3"
    );
    assert_eq!(server.calls(), 4);
}

#[tokio::test]
async fn push_back_is_kept_to() {
    let server = Scripted::new(&["push 14 150"]);
    let running = serve(&server).await;
    let begun = Instant::now();
    client(running.port, &config("")).get(msg(7)).await.unwrap();
    assert!(begun.elapsed() >= 150 * MS);
    for stop in ["-1", "soon", "1.5", "10 20"] {
        let server = Scripted::new(&[&format!("push 14 {stop}")]);
        let running = serve(&server).await;
        assert!(client(running.port, &config("")).get(msg(7)).await.is_err());
        assert_eq!(server.calls(), 1, "{stop}");
    }
}

#[tokio::test]
async fn a_server_that_comes_up_late_is_reached() {
    let port = dead_port();
    let mut client = client(port, &config("").replace("0.02s", "0.3s"));
    let call = tokio::spawn(async move { client.get(msg(7)).await });
    tokio::time::sleep(50 * MS).await;
    let server = Scripted::new(&[]);
    let _running = serve_at(&server, port).await;
    let response = call.await.unwrap().unwrap();
    // A failed connection is an attempt.
    assert_eq!(
        response
            .metadata()
            .get("grpc-previous-rpc-attempts")
            .unwrap(),
        "1"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let status = client(dead_port(), &config(""))
        .get(msg(7))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(
        std::error::Error::source(&status).is_some(),
        "the source is kept"
    );
    assert_eq!(
        status.metadata().get("grpc-previous-rpc-attempts").unwrap(),
        "3"
    );
}

#[tokio::test]
async fn budget_is_the_channels_and_a_caller_can_give_one() {
    let budget = Arc::new(Budget::standard().reserve(2));
    let server = Scripted::new(&["code 14"; 100]);
    let running = serve(&server).await;
    let layer = layer(&config("").replace("\"maxAttempts\": 4", "\"maxAttempts\": 2"));
    let layer = layer.budget(Arc::clone(&budget));
    let client = LabClient::new(layer.layer(channel(running.port)));
    for _ in 0..10 {
        assert!(client.clone().get(msg(1)).await.is_err());
    }
    assert!(server.calls() < 15, "{}", server.calls());
    assert!(budget.level() < 1.0);
}

#[tokio::test]
async fn throttling_is_one_for_each_service_that_is_wrapped() {
    let json = format!(
        r#"{}, "retryThrottling": {{ "maxTokens": 3, "tokenRatio": 0.1 }} }}"#,
        config("").strip_suffix('}').unwrap()
    );
    let server = Scripted::new(&["code 14"; 100]);
    let running = serve(&server).await;
    let layer = layer(&json);
    let first = LabClient::new(layer.layer(channel(running.port)));
    for _ in 0..5 {
        assert!(first.clone().get(msg(1)).await.is_err());
    }
    // Five attempts, and a retry or two of the three tokens.
    let calls = server.calls();
    assert!(calls <= 7, "{calls}");
    let mut second = LabClient::new(layer.layer(channel(running.port)));
    assert!(second.get(msg(1)).await.is_err());
    assert!(
        server.calls() > calls + 1,
        "the second channel has tokens of its own"
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_is_dropped_at_the_server() {
    let server = Scripted::new(&["hang"]);
    let running = serve(&server).await;
    let mut client = client(running.port, &config(""));
    let request = Request::new(msg(7));
    assert!(
        tokio::time::timeout(100 * MS, client.get(request))
            .await
            .is_err()
    );
    crate::support::eventually("the server goes on", || server.said() == ["dropped"]).await;
    assert_eq!(server.calls(), 1);
}
