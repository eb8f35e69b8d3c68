//! What a service is given, and what it shares, without a network.

use crate::open_breaker::Open;
use crate::server::MS;
use ::reqwest::{Body, Client, Method};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody};
use reqwest_middleware::{ClientBuilder, Error};
use retry_runtime::gate::Rejected;
use retry_runtime::{Backoff, Budget, Policy};
use retry_tower::http::RetryLayer;
use retry_tower::{BoxError, ReplayBody};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use tower::limit::ConcurrencyLimit;
use tower::{Layer, ServiceExt, service_fn};

fn policy() -> Policy {
    Policy::DEFAULT.with_backoff(Backoff::none())
}

/// What a client of reqwest is given that this body is sent with: its bytes, if it is not
/// a stream.
async fn given(body: Option<Body>) -> Option<Option<usize>> {
    let given = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&given);
    let client = service_fn(move |request: reqwest::Request| {
        let shared = Arc::clone(&shared);
        async move {
            let body = request.body().map(|body| body.as_bytes().map(<[u8]>::len));
            let is_first = shared.lock().unwrap().is_empty();
            shared.lock().unwrap().push(body);
            let status = if is_first { 503 } else { 200 };
            let response = Response::builder().status(status).body(Body::default());
            Ok::<_, BoxError>(reqwest::Response::from(response.unwrap()))
        }
    });
    // It panics where it is called before it is ready.
    let client = ConcurrencyLimit::new(client, 1);
    let mut request = reqwest::Request::new(Method::PUT, "http://a/".parse().unwrap());
    *request.body_mut() = body;
    let response = RetryLayer::new(policy()).layer(client).oneshot(request);
    assert_eq!(response.await.unwrap().status(), 200);
    let given = given.lock().unwrap();
    assert_eq!(given.len(), 2);
    assert_eq!(given[0], given[1]);
    given[0]
}

#[tokio::test]
async fn reqwest_is_given_short_bodies_as_they_are_and_others_as_streams() {
    const SHORT: usize = 16 * 1024;
    assert_eq!(given(None).await, None);
    for length in [0, 5, SHORT] {
        let body = Body::from(vec![b'x'; length]);
        assert_eq!(given(Some(body)).await, Some(Some(length)));
    }
    for body in [
        Body::from(vec![b'x'; SHORT + 1]),
        Body::wrap(Empty::<Bytes>::new().map_err(BoxError::from)),
    ] {
        assert_eq!(given(Some(body)).await, Some(None));
    }
}

/// How many requests a call of this URL makes to servers that are all down.
async fn requests(layer: &RetryLayer, url: &str) -> usize {
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let server = service_fn(move |_: Request<ReplayBody<String>>| {
        counter.fetch_add(1, Relaxed);
        let answer = Response::builder().status(503).body(String::new());
        std::future::ready(Ok::<_, BoxError>(answer.unwrap()))
    });
    let request = Request::get(url).body(String::new()).unwrap();
    layer.layer(server).oneshot(request).await.unwrap();
    seen.load(Relaxed)
}

#[tokio::test]
async fn a_host_and_a_port_are_one_however_they_are_written() {
    let few = || Budget::standard().reserve(1);
    let layer = RetryLayer::new(policy().with_max(1)).budget_per_host(few);
    for url in ["http://a/", "https://a/"] {
        while requests(&layer, url).await == 2 {}
    }
    for same in [
        "http://A:80/b",
        "http://me@a/",
        "https://a:443/",
        "http://a:443/",
    ] {
        assert_eq!(requests(&layer, same).await, 1, "{same}");
    }
    for other in ["http://a:81/", "http://b/", "/"] {
        assert_eq!(requests(&layer, other).await, 2, "{other}");
    }
}

/// Whatever comes of it: it fails the same way again.
#[tokio::test]
async fn a_body_that_fails_is_the_callers_own_fault() {
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let server = service_fn(move |request: Request<ReplayBody<_>>| {
        counter.fetch_add(1, Relaxed);
        async move {
            let body = request.into_body().collect().await;
            let answer = body.map(|_| Response::new(String::new()));
            answer.map_err(|_| reset())
        }
    });
    let frames = [Ok(Frame::data(Bytes::from("half"))), Err(reset())];
    let body = StreamBody::new(tokio_stream::iter(frames));
    let request = Request::put("http://a/").body(body).unwrap();
    let call = RetryLayer::new(policy()).layer(server).oneshot(request);
    assert!(call.await.unwrap_err().is::<io::Error>());
    assert_eq!(seen.load(Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_is_open_and_a_limit_that_is_over_are_the_calls_error() {
    let layer = RetryLayer::new(policy()).breaker(Open);
    let nothing = service_fn(|_: Request<ReplayBody<String>>| {
        std::future::pending::<Result<Response<String>, BoxError>>()
    });
    let request = || Request::get("http://a/").body(String::new()).unwrap();
    let error = layer.layer(nothing).oneshot(request()).await.unwrap_err();
    assert!(error.is::<Rejected>(), "{error:?}");
    let hurried = RetryLayer::new(policy().with_max(1).with_timeout(MS));
    let error = hurried.layer(nothing).oneshot(request()).await.unwrap_err();
    assert!(error.is::<retry_runtime::Elapsed>(), "{error:?}");

    let client = ClientBuilder::new(Client::new()).with(layer).build();
    let error = client.get("http://a/").send().await.unwrap_err();
    let Error::Middleware(error) = error else {
        panic!("{error:?}");
    };
    assert!(error.is::<Rejected>(), "{error:?}");
}

#[test]
fn what_a_layer_shows_of_itself() {
    let shown = format!(
        "{:?}",
        RetryLayer::new(policy()).body_limit(7).name("users")
    );
    assert_eq!(shown, r#"RetryLayer { name: "users", body_limit: 7, .. }"#);
}
