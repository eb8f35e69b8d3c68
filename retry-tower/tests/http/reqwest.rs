//! Over reqwest's client, as a service and as a middleware.

use crate::server::{After, Hangup, MS, Server, Slow, Status};
use ::reqwest::{Body, Client, Method, Request};
use bytes::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error};
use retry_runtime::{Backoff, Elapsed, Jitter, Policy};
use retry_tower::http::{Retry, RetryLayer};
use retry_tower::{Idempotent, NoRetry};
use std::time::Instant;
use tower::{Layer, ServiceExt};

/// 20 ms before each of three retries.
fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(20 * MS).unwrap())
        .with_jitter(Jitter::NONE)
}

fn service() -> Retry<Client> {
    RetryLayer::new(policy()).layer(Client::new())
}

fn middleware(policy: Policy) -> ClientWithMiddleware {
    ClientBuilder::new(Client::new())
        .with(RetryLayer::new(policy))
        .build()
}

fn request(method: Method, url: &str, body: impl Into<Body>) -> Request {
    let mut request = Request::new(method, url.parse().unwrap());
    *request.body_mut() = Some(body.into());
    request
}

#[tokio::test]
async fn as_a_service_it_retries_what_may_run_twice() {
    let (server, url) = Server::start(&[Status(503), Hangup]).await;
    let get = Request::new(Method::GET, url.parse().unwrap());
    let response = service().oneshot(get).await.unwrap();
    assert_eq!(response.url().as_str(), url);
    assert_eq!(response.text().await.unwrap(), "hello");
    assert_eq!(server.calls(), 3);
    assert!(
        server
            .0
            .lock()
            .unwrap()
            .seen
            .iter()
            .all(|(_, body)| body.is_empty())
    );

    let (server, url) = Server::start(&[Status(503)]).await;
    let response = service()
        .oneshot(request(Method::POST, &url, "order"))
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn bodies_are_sent_whole_whatever_they_are() {
    let large = vec![b'x'; 40_000];
    let chunks = tokio_stream::iter(
        (0..4).map(|_| std::io::Result::Ok(Frame::data(Bytes::from(vec![b'y'; 1000])))),
    );
    let streamed = Body::wrap(StreamBody::new(chunks));
    for (body, length) in [
        ("small".into(), 5),
        (large.into(), 40_000),
        (streamed, 4000),
    ] {
        let (server, url) = Server::start(&[Status(503)]).await;
        let response = service()
            .oneshot(request(Method::PUT, &url, body))
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let lengths: Vec<_> = server
            .0
            .lock()
            .unwrap()
            .seen
            .iter()
            .map(|(_, body)| body.len())
            .collect();
        assert_eq!(lengths, [length, length]);
    }
}

#[tokio::test]
async fn the_error_of_the_client_is_inside() {
    let (_server, url) = Server::start(&[Hangup; 9]).await;
    let error = service()
        .oneshot(request(Method::PUT, &url, "x"))
        .await
        .unwrap_err();
    assert!(
        error.downcast_ref::<::reqwest::Error>().is_some(),
        "{error:?}"
    );
}

#[tokio::test]
async fn as_a_middleware_it_does_the_same() {
    let (server, url) = Server::start(&[Status(503), Hangup]).await;
    let response = middleware(policy())
        .put(&url)
        .body("whole")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let seen = server.0.lock().unwrap().seen.clone();
    assert!(
        seen.len() == 3 && seen.iter().all(|(_, body)| body == b"whole"),
        "{seen:?}"
    );

    let (server, url) = Server::start(&[After(429, 1)]).await;
    let begun = Instant::now();
    assert_eq!(
        middleware(policy())
            .get(&url)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    assert!(begun.elapsed() >= 1000 * MS);
    assert_eq!(server.calls(), 2);

    let (server, url) = Server::start(&[Status(503)]).await;
    assert_eq!(
        middleware(policy())
            .post(&url)
            .body("x")
            .send()
            .await
            .unwrap()
            .status(),
        503
    );
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn extensions_of_the_middleware_opt_in_and_out() {
    let (server, url) = Server::start(&[Status(503)]).await;
    let post = middleware(policy())
        .post(&url)
        .body("x")
        .with_extension(Idempotent);
    assert_eq!(post.send().await.unwrap().status(), 200);
    assert_eq!(server.calls(), 2);
    let (server, url) = Server::start(&[Status(503)]).await;
    let get = middleware(policy()).get(&url).with_extension(NoRetry);
    assert_eq!(get.send().await.unwrap().status(), 503);
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn a_time_out_of_the_middleware_is_an_error_of_it() {
    let (_server, url) = Server::start(&[Slow(500); 9]).await;
    let error = middleware(policy().with_max(1).with_timeout(50 * MS))
        .get(&url)
        .send()
        .await
        .unwrap_err();
    let Error::Middleware(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.is::<Elapsed>(), "{error:?}");
}
