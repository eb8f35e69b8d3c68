//! `hedgingPolicy`.

use crate::support::{MS, Scripted, client, hedging, msg, serve};
use std::time::Instant;
use tokio_stream::StreamExt;
use tonic::Code;

#[tokio::test]
async fn a_slow_attempt_is_overtaken_and_dropped() {
    let server = Scripted::new(&["hang", "ok"]);
    let running = serve(&server).await;
    let response = client(running.port, &hedging("0.05s", 3))
        .get(msg(7))
        .await
        .unwrap();
    assert_eq!(
        response
            .metadata()
            .get("grpc-previous-rpc-attempts")
            .unwrap(),
        "1"
    );
    assert_eq!(server.calls(), 2);
    crate::support::eventually("the loser goes on", || server.said() == ["dropped"]).await;
}

#[tokio::test]
async fn attempts_are_bounded() {
    let server = Scripted::new(&["slow 300"; 9]);
    let running = serve(&server).await;
    client(running.port, &hedging("0.02s", 3))
        .get(msg(7))
        .await
        .unwrap();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn a_failure_that_is_not_fatal_starts_the_next_one_at_once() {
    let server = Scripted::new(&["code 14", "code 14", "ok"]);
    let running = serve(&server).await;
    let begun = Instant::now();
    client(running.port, &hedging("2s", 3))
        .get(msg(7))
        .await
        .unwrap();
    assert_eq!(server.calls(), 3);
    assert!(begun.elapsed() < 1000 * MS, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_fatal_one_ends_the_call_whatever_is_pending() {
    let server = Scripted::new(&["hang", "code 5"]);
    let running = serve(&server).await;
    let status = client(running.port, &hedging("0.05s", 3))
        .get(msg(7))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(server.calls(), 2);
    crate::support::eventually("the loser goes on", || server.said() == ["dropped"]).await;
}

#[tokio::test]
async fn a_server_can_say_that_no_more_is_to_come() {
    let server = Scripted::new(&["slow 300", "push 14 -1", "ok"]);
    let running = serve(&server).await;
    let response = client(running.port, &hedging("0.02s", 4)).get(msg(7)).await;
    assert_eq!(server.calls(), 2, "{response:?}");
}

#[tokio::test]
async fn a_push_back_delays_the_next_one() {
    let server = Scripted::new(&["push 14 300", "ok"]);
    let running = serve(&server).await;
    let begun = Instant::now();
    client(running.port, &hedging("0.02s", 4))
        .get(msg(7))
        .await
        .unwrap();
    assert!(begun.elapsed() >= 300 * MS, "{:?}", begun.elapsed());
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn uploads_are_hedged_too() {
    let server = Scripted::new(&["hang", "ok"]);
    let running = serve(&server).await;
    let upload = tokio_stream::iter((1..=10).map(msg)).throttle(10 * MS);
    let sum = client(running.port, &hedging("0.03s", 2))
        .up(upload)
        .await
        .unwrap();
    assert_eq!(sum.into_inner().n, 55);
    assert_eq!(server.calls(), 2);
}
