//! What is sent, how often, and what each side is told.

use super::support::{
    ANSWERS, METHODS, MS, PREVIOUS, Server, Step, call, config, layer, request, send,
};
use bytes::Bytes;
use http::Request;
use http_body::Frame;
use http_body_util::StreamBody;
use retry_runtime::{Jitter, Policy};
use retry_tower::NoRetry;
use retry_tower::grpc::RetryLayer;
use tokio_stream::iter;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Layer;

#[tokio::test(start_paused = true)]
async fn each_side_is_told_how_many_attempts_went_before() {
    let server = Server::new([Step::Fails(14), Step::Fails(14)]);
    let answered = call(&layer(""), &server).await.unwrap();
    assert_eq!(answered.head[PREVIOUS], "2");
    assert_eq!(answered.trailers.unwrap()["grpc-status"], "0");
    let seen = server.seen();
    let told: Vec<_> = seen.iter().map(|seen| seen.headers.get(PREVIOUS)).collect();
    assert_eq!(told[0], None);
    assert_eq!([told[1].unwrap(), told[2].unwrap()], ["1", "2"]);
    let numbers: Vec<_> = seen.iter().map(|seen| seen.attempt.number()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert!(
        seen.iter()
            .all(|seen| seen.body.as_deref() == Some(b"hello"))
    );
    assert_eq!(seen[0].headers.get("grpc-timeout"), None);
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_has_no_attempts_before() {
    let server = Server::new([ANSWERS]);
    let answered = call(&layer(""), &server).await.unwrap();
    assert_eq!(answered.head.get(PREVIOUS), None);
    server.then([Step::Fails(5)]);
    let status = call(&layer(""), &server).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert!(!status.metadata().contains_key(PREVIOUS));
}

#[tokio::test(start_paused = true)]
async fn the_last_status_says_how_many_went_before_it() {
    let server = Server::new([Step::Fails(14); 9]);
    let status = call(&layer(""), &server).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.metadata().get(PREVIOUS).unwrap(), "3");
    assert_eq!(server.requests(), 4);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_answer_of_grpc_is_a_failed_attempt() {
    let server = Server::new([Step::Page(503), Step::Lost]);
    call(&layer(""), &server).await.unwrap();
    assert_eq!(server.requests(), 3);
    for (step, code, words) in [
        (Step::Page(404), Code::Unimplemented, "HTTP status 404"),
        (Step::Page(200), Code::Unknown, "content-type"),
        (Step::Empty, Code::Unknown, "ended without a status"),
    ] {
        server.then([step]);
        let status = call(&layer(""), &server).await.unwrap_err();
        assert_eq!(status.code(), code, "{step:?}");
        assert!(status.message().contains(words), "{status}");
        assert_eq!(server.requests(), 1);
    }
}

/// At once, and as the same attempt. A second one is an attempt of its own.
#[tokio::test(start_paused = true)]
async fn what_comes_back_unsent_is_sent_once_more() {
    for config in ["{}".to_owned(), config("{}", "")] {
        let layer = RetryLayer::from_service_config(&config).unwrap();
        let server = Server::new([Step::Refused]);
        call(&layer, &server).await.unwrap();
        let seen = server.seen();
        assert_eq!(seen[1].at, seen[0].at);
        assert_eq!([1, 1], [0, 1].map(|at| seen[at].attempt.number()));
        assert_eq!(seen.len(), 2);
    }
    let server = Server::new([Step::Refused, Step::Refused]);
    call(&layer(""), &server).await.unwrap();
    let seen = server.seen();
    let numbers: Vec<_> = seen.iter().map(|seen| seen.attempt.number()).collect();
    assert_eq!(numbers, [1, 1, 2]);
    assert!(seen[2].at >= seen[1].at + 80 * MS);
    // The channel's own code of it is none; that of gRPC's other clients is.
    server.then([Step::Refused; 9]);
    let status = call(&layer(""), &server).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(std::error::Error::source(&status).is_some());
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_or_is_not_to_be_retried_is_not_sent_once_more() {
    let layer = RetryLayer::from_service_config("{}").unwrap();
    for step in [Step::Lost, Step::Fails(14), Step::Page(503)] {
        let server = Server::new([step]);
        call(&layer, &server).await.unwrap_err();
        assert_eq!(server.requests(), 1, "{step:?}");
    }
    let server = Server::new([Step::Refused]);
    let mut out = request("Get");
    out.extensions_mut().insert(NoRetry);
    let client = layer.layer(server.clone());
    send(&client, out).await.unwrap_err();
    assert_eq!(server.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn messages_that_fail_are_the_callers_own_fault() {
    let frames = [
        Ok(Frame::data(Bytes::from_static(b"he"))),
        Err(Status::data_loss("the caller's")),
    ];
    let body = Body::new(StreamBody::new(iter(frames)));
    let request = Request::post("/users.v1.Users/Get").body(body).unwrap();
    let server = Server::new([Step::Fails(14)]);
    let client = layer("").layer(server.clone());
    let status = send(&client, request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    let seen = server.seen();
    assert_eq!((seen.len(), &seen[0].body), (1, &None));
}

#[tokio::test(start_paused = true)]
async fn messages_beyond_the_buffers_are_not_sent_again() {
    let server = Server::new([]);
    for (call_buffer, channel_buffer, requests) in [(5, 5, 2), (4, 5, 1), (5, 4, 1)] {
        let layer = layer("")
            .call_buffer(call_buffer)
            .channel_buffer(channel_buffer);
        server.then([Step::Fails(14)]);
        let outcome = call(&layer, &server).await;
        assert_eq!(outcome.is_ok(), requests == 2);
        assert_eq!(
            server.requests(),
            requests,
            "{call_buffer} {channel_buffer}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn messages_are_kept_until_the_answer_begins() {
    let server = Server::new([Step::Hangs]);
    let client = layer("").layer(server.clone());
    let same = client.clone();
    let waits = tokio::spawn(async move { send(&same, request("Get")).await });
    tokio::time::sleep(MS).await;
    assert_eq!(client.kept_bytes(), 5);
    waits.abort();
    assert!(waits.await.is_err());
    assert_eq!(client.kept_bytes(), 0);
    server.then([Step::Fades]);
    let answer = tower::ServiceExt::oneshot(client.clone(), request("Get")).await;
    assert!(answer.is_ok());
    assert_eq!(client.kept_bytes(), 0);
}

/// Without a service config a status says itself whether it is worth another attempt.
#[tokio::test(start_paused = true)]
async fn a_policy_alone_retries_what_is_declared() {
    let policy = Policy::DEFAULT.with_max(2).with_jitter(Jitter::NONE);
    let layer = RetryLayer::new(policy).methods(METHODS);
    let server = Server::new([Step::Fails(4), Step::Fails(14)]);
    call(&layer, &server).await.unwrap();
    assert_eq!(server.requests(), 3);
    server.then([Step::Fails(13)]);
    call(&layer, &server).await.unwrap_err();
    assert_eq!(server.requests(), 1);
    server.then([Step::Fails(14)]);
    let client = layer.layer(server.clone());
    send(&client, request("Create")).await.unwrap_err();
    assert_eq!(server.requests(), 1);
}

#[test]
fn what_is_shown_of_it_has_no_secrets() {
    let layer = layer("");
    let shown = format!("{layer:?}");
    assert!(shown.starts_with("RetryLayer { rules: Rules {"), "{shown}");
    let client = format!("{:?}", layer.layer(7));
    assert_eq!(client, "Retry { service: 7, .. }");
}
