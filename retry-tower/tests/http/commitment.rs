//! Calls whose body is longer than what is kept, while more than one attempt reads it.

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full, StreamBody};
use retry_runtime::{Backoff, Jitter, Policy};
use retry_tower::http::RetryLayer;
use retry_tower::{BoxError, Hedging, ReplayBody};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio_stream::StreamExt;
use tower::{Layer, ServiceExt, service_fn};

const MS: Duration = Duration::from_millis(1);

fn upload() -> impl Body<Data = Bytes, Error = Infallible> + Send + 'static {
    let frames = (0..3).map(|_| Ok(Frame::data(Bytes::from(vec![b'x'; 40_000]))));
    StreamBody::new(tokio_stream::iter(frames))
}

/// The hedge reads past the limit within the poll in which the first attempt ends by
/// `outcome`: who has the whole of the body is the call's.
async fn overtaken(outcome: fn() -> Result<Response<&'static str>, BoxError>) -> String {
    let calls = Arc::new(AtomicU32::new(0));
    let second = Arc::new((Mutex::new(None), Notify::new()));
    let server = service_fn(move |request: Request<ReplayBody<_>>| {
        let number = calls.fetch_add(1, Relaxed);
        let (body, second) = (request.into_body(), Arc::clone(&second));
        async move {
            if number == 0 {
                second.1.notified().await;
                let body: Option<ReplayBody<_>> = second.0.lock().unwrap().take();
                assert_eq!(body.unwrap().collect().await?.to_bytes().len(), 120_000);
                outcome()
            } else {
                *second.0.lock().unwrap() = Some(body);
                second.1.notify_one();
                tokio::time::sleep(50 * MS).await;
                Ok(Response::new("second"))
            }
        }
    });
    let layer = RetryLayer::new(Policy::DEFAULT).hedge(Hedging::after(10 * MS));
    let server =
        server.map_response(|answer: Response<&'static str>| answer.map(Full::<Bytes>::from));
    let call = layer
        .layer(server)
        .oneshot(Request::put("http://a/").body(upload()).unwrap());
    let answer = tokio::time::timeout(1000 * MS, call)
        .await
        .expect("it ends");
    let body = answer.unwrap().into_body().collect().await.unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_has_not_got_the_whole_body_is_no_winner() {
    assert_eq!(overtaken(|| Ok(Response::new("first"))).await, "second");
}

#[tokio::test(start_paused = true)]
async fn its_failure_is_not_the_calls() {
    let permanent = || Err("the body ended in an error".into());
    assert_eq!(overtaken(permanent).await, "second");
}

/// Its connection would read on, and what is past the limit be lost to the retry.
#[tokio::test(start_paused = true)]
async fn an_attempt_that_has_failed_is_sent_no_more() {
    let (calls, (read, first)) = (AtomicU32::new(0), oneshot::channel());
    let read = Mutex::new(Some(read));
    let server = Arc::new(move |request: Request<ReplayBody<_>>| {
        let whole = request.into_body().collect();
        let length = async { whole.await.ok().map(|body| body.to_bytes().len()) };
        let read = read.lock().unwrap().take();
        let number = calls.fetch_add(1, Relaxed);
        async move {
            if let Some(read) = read {
                tokio::spawn(async { read.send(length.await) });
            } else {
                assert_eq!(length.await, Some(120_000));
            }
            let status = if number == 0 { 503 } else { 200 };
            let answer = Response::builder().status(status);
            Ok::<_, BoxError>(answer.body(Full::<Bytes>::default())?)
        }
    });
    let slowly = tokio_stream::iter(0..3).then(async |_| {
        tokio::time::sleep(10 * MS).await;
        Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'x'; 40_000])))
    });
    let request = Request::put("http://a/").body(StreamBody::new(slowly));
    let policy = Policy::DEFAULT.with_backoff(Backoff::fixed(100 * MS).unwrap());
    let layer = RetryLayer::new(policy.with_jitter(Jitter::NONE));
    let client = layer.layer(service_fn(move |request| server(request)));
    let call = tokio::time::timeout(1000 * MS, client.oneshot(request.unwrap()));
    assert_eq!(call.await.expect("it ends").unwrap().status(), 200);
    assert_eq!(first.await.unwrap(), None, "it has ended in an error");
}
