//! Over hyper-util's client.

use crate::server::{After, Broken, Early, Hangup, MS, Server, Slow, Status};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use retry_runtime::{Backoff, Budget, Jitter, Policy};
use retry_tower::http::{Retry, RetryLayer};
use retry_tower::{BoxError, Hedging, Idempotent, NoRetry, ReplayBody};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tower::{Layer, ServiceExt};

type Http<B> = Retry<Client<HttpConnector, ReplayBody<B>>>;

/// 20 ms before each of three retries.
fn policy() -> Policy {
    Policy::DEFAULT
        .with_backoff(Backoff::fixed(20 * MS).unwrap())
        .with_jitter(Jitter::NONE)
}

fn layered<B>(layer: &RetryLayer) -> Http<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    layer.layer(Client::builder(TokioExecutor::new()).build_http())
}

fn client<B>() -> Http<B>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    layered(&RetryLayer::new(policy()))
}

fn request(method: &str, url: &str) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(url);
    request.body(Full::from("body")).unwrap()
}

async fn status<B>(client: Http<B>, request: Request<B>) -> Result<StatusCode, BoxError>
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    client
        .oneshot(request)
        .await
        .map(|response| response.status())
}

#[tokio::test]
async fn what_may_run_twice_is_retried_by_its_status_and_the_rest_is_not() {
    for (method, answer, calls) in [
        ("GET", 503, 2),
        ("HEAD", 502, 2),
        ("OPTIONS", 429, 2),
        ("PUT", 504, 2),
        ("DELETE", 503, 2),
        ("GET", 500, 2),
        ("PUT", 500, 1),
        ("GET", 404, 1),
        ("POST", 503, 1),
        ("PATCH", 429, 1),
    ] {
        let (server, url) = Server::start(&[Status(answer)]).await;
        let got = status(client(), request(method, &url)).await.unwrap();
        assert_eq!(server.calls(), calls, "{method} {answer}");
        assert_eq!(got == StatusCode::OK, calls == 2, "{method} {answer}");
    }
}

#[tokio::test]
async fn the_body_is_sent_whole_each_time() {
    let (server, url) = Server::start(&[Status(503), Hangup]).await;
    assert_eq!(status(client(), request("PUT", &url)).await.unwrap(), 200);
    let seen = server.0.lock().unwrap().seen.clone();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|(_, body)| body == b"body"), "{seen:?}");
}

#[tokio::test]
async fn a_post_is_retried_where_somebody_says_that_it_may_be() {
    let (server, url) = Server::start(&[Status(503)]).await;
    let mut keyed = request("POST", &url);
    keyed
        .headers_mut()
        .insert("idempotency-key", "7".parse().unwrap());
    assert_eq!(status(client(), keyed).await.unwrap(), 200);
    assert_eq!(server.calls(), 2);

    let (server, url) = Server::start(&[Hangup]).await;
    let mut declared = request("PATCH", &url);
    declared.extensions_mut().insert(Idempotent);
    assert_eq!(status(client(), declared).await.unwrap(), 200);
    assert_eq!(server.calls(), 2);

    let (server, url) = Server::start(&[Status(503)]).await;
    let mut once = request("GET", &url);
    once.extensions_mut().insert(NoRetry);
    assert_eq!(status(client(), once).await.unwrap(), 503);
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn a_post_whose_connection_breaks_is_not_sent_again_and_a_refused_one_is() {
    let (server, url) = Server::start(&[Hangup]).await;
    assert!(status(client(), request("POST", &url)).await.is_err());
    assert_eq!(server.calls(), 1);

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let policy = policy().with_backoff(Backoff::fixed(300 * MS).unwrap());
    let client = layered(&RetryLayer::new(policy));
    let call = tokio::spawn(status(
        client,
        request("POST", &format!("http://{address}/")),
    ));
    tokio::time::sleep(100 * MS).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let server = Server::default();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        server.serve(stream).await;
    });
    assert_eq!(call.await.unwrap().unwrap(), 200);
}

#[tokio::test]
async fn retry_after_is_kept_to_and_the_last_response_comes_back() {
    let (server, url) = Server::start(&[After(503, 1)]).await;
    let begun = Instant::now();
    assert_eq!(status(client(), request("GET", &url)).await.unwrap(), 200);
    assert!(begun.elapsed() >= 1000 * MS);
    assert_eq!(server.calls(), 2);

    let (server, url) = Server::start(&[Status(503); 9]).await;
    let response = client().oneshot(request("GET", &url)).await.unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "hello"
    );
    assert_eq!(server.calls(), 4);
}

#[tokio::test]
async fn a_failed_response_leaves_its_connection_to_the_next_attempt() {
    let (server, url) = Server::start(&[Status(503), Status(503)]).await;
    assert_eq!(status(client(), request("GET", &url)).await.unwrap(), 200);
    assert_eq!(server.calls(), 3);
    assert_eq!(server.0.lock().unwrap().connections, 1);
}

#[tokio::test]
async fn a_response_body_that_breaks_is_the_readers() {
    let (server, url) = Server::start(&[Broken]).await;
    let response = client().oneshot(request("GET", &url)).await.unwrap();
    assert!(response.into_body().collect().await.is_err());
    assert_eq!(server.calls(), 1);
}

fn stream(
    chunks: usize,
    pause: Duration,
) -> impl http_body::Body<Data = Bytes, Error = BoxError> + Send + 'static {
    let chunks = tokio_stream::iter(0..chunks);
    StreamBody::new(tokio_stream::StreamExt::then(chunks, move |_| async move {
        tokio::time::sleep(pause).await;
        Ok(Frame::data(Bytes::from(vec![b'x'; 1000])))
    }))
}

fn upload<B>(url: &str, body: B) -> Request<B> {
    Request::put(url).body(body).unwrap()
}

#[tokio::test]
async fn a_streamed_body_is_replayed_up_to_the_limit_and_goes_out_once_beyond() {
    let (server, url) = Server::start(&[Status(503)]).await;
    let got = status(client(), upload(&url, stream(20, Duration::ZERO)))
        .await
        .unwrap();
    assert_eq!(got, 200);
    let lengths: Vec<_> = server
        .0
        .lock()
        .unwrap()
        .seen
        .iter()
        .map(|(_, body)| body.len())
        .collect();
    assert_eq!(lengths, [20_000, 20_000]);

    let (server, url) = Server::start(&[Status(503)]).await;
    let got = status(client(), upload(&url, stream(100, Duration::ZERO)))
        .await
        .unwrap();
    assert_eq!(got, 503);
    assert_eq!(server.calls(), 1);

    let (server, url) = Server::start(&[Status(503)]).await;
    let patient = layered(&RetryLayer::new(policy()).body_limit(1 << 20));
    assert_eq!(
        status(patient, upload(&url, stream(100, Duration::ZERO)))
            .await
            .unwrap(),
        200
    );
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_no_shorter_one() {
    let (server, url) = Server::start(&[]).await;
    let hurried = layered(&RetryLayer::new(
        policy().with_max(1).with_timeout(100 * MS),
    ));
    assert!(
        status(hurried, upload(&url, stream(50, 20 * MS)))
            .await
            .is_err()
    );
    tokio::time::sleep(200 * MS).await;
    assert_eq!(server.calls(), 0);
    assert_eq!(server.0.lock().unwrap().cut, 2);
}

#[tokio::test]
async fn an_answer_that_comes_before_the_body_is_read_is_retried_whole() {
    let (server, url) = Server::start(&[Early(503)]).await;
    let got = status(client(), upload(&url, stream(10, 5 * MS)))
        .await
        .unwrap();
    assert_eq!(got, 200);
    let seen = server.0.lock().unwrap().seen.clone();
    assert!(seen.iter().all(|(_, body)| body.len() == 10_000));
}

/// A failed attempt reads no more: what is past the limit goes to the one that follows.
#[tokio::test]
async fn a_long_body_goes_on_with_the_attempt_that_follows_an_early_answer() {
    for policy in [
        policy(),
        policy().with_backoff(retry_runtime::Backoff::fixed(100 * MS).unwrap()),
    ] {
        let (server, url) = Server::start(&[Early(503)]).await;
        let client = layered(&RetryLayer::new(policy));
        let got = status(client, upload(&url, stream(100, 4 * MS)));
        let got = tokio::time::timeout(5000 * MS, got).await;
        assert_eq!(got.expect("it ends").unwrap(), 200);
        let seen = server.0.lock().unwrap().seen.clone();
        let lengths: Vec<_> = seen.iter().map(|(_, body)| body.len()).collect();
        assert_eq!(lengths, [100_000]);
    }
}

#[tokio::test]
async fn a_slow_attempt_is_hedged_where_it_may_run_twice() {
    for (method, calls) in [("GET", 2), ("POST", 1)] {
        let (server, url) = Server::start(&[Slow(300)]).await;
        let hedged = layered(&RetryLayer::new(policy()).hedge(Hedging::after(30 * MS)));
        assert_eq!(status(hedged, request(method, &url)).await.unwrap(), 200);
        assert_eq!(server.calls(), calls, "{method}");
    }
}

#[tokio::test]
async fn a_dead_host_leaves_the_others_their_budget() {
    let (dead, dead_url) = Server::start(&[Status(503); 1000]).await;
    let (other, other_url) = Server::start(&[Status(503)]).await;
    let few = || Budget::standard().reserve(2);
    let client: Http<Full<Bytes>> =
        layered(&RetryLayer::new(policy().with_max(1)).budget_per_host(few));
    for _ in 0..10 {
        assert_eq!(
            status(client.clone(), request("GET", &dead_url))
                .await
                .unwrap(),
            503
        );
    }
    assert!(dead.calls() < 15, "{}", dead.calls());
    assert_eq!(
        status(client, request("GET", &other_url)).await.unwrap(),
        200
    );
    assert_eq!(other.calls(), 2);
}

#[tokio::test]
async fn the_policy_can_be_of_the_requests_head() {
    let (server, url) = Server::start(&[Status(503)]).await;
    let layer = RetryLayer::new(policy())
        .policy_of(|head| policy().with_max(u32::from(head.uri.path() == "/patient")));
    assert_eq!(
        status(layered(&layer), request("GET", &url)).await.unwrap(),
        503
    );
    server.0.lock().unwrap().script = vec![Status(503)];
    let patient = format!("{url}patient");
    assert_eq!(
        status(layered(&layer), request("GET", &patient))
            .await
            .unwrap(),
        200
    );
}

/// hyper's servers take a stream that is reset with CANCEL for complete.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http2_an_upload_that_is_given_up_is_an_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<Result<usize, String>>>> = Arc::default();
    let shared = Arc::clone(&seen);
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let answer = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
            let seen = Arc::clone(&shared);
            async move {
                let body = request.into_body().collect().await;
                let length = body
                    .map(|body| body.to_bytes().len())
                    .map_err(|error| format!("{error:?}"));
                seen.lock().unwrap().push(length);
                std::io::Result::Ok(Response::new(Full::<Bytes>::default()))
            }
        });
        let stream = hyper_util::rt::TokioIo::new(stream);
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let _ = server.serve_connection(stream, answer).await;
    });
    let http2 = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let hurried = RetryLayer::new(policy().with_max(1).with_timeout(100 * MS)).layer(http2);
    let outcome = hurried.oneshot(upload(&url, stream(50, 20 * MS))).await;
    assert!(outcome.is_err());
    for _ in 0..100 {
        tokio::time::sleep(10 * MS).await;
        if seen.lock().unwrap().len() == 2 {
            break;
        }
    }
    let seen = seen.lock().unwrap();
    assert!(
        seen.len() == 2 && seen.iter().all(Result::is_err),
        "{seen:?}"
    );
}
