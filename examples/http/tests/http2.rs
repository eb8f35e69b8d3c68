//! Refusals of HTTP/2, from a server that speaks it frame by frame.

use h2::Reason;
use h2::server::{SendResponse, handshake};
use http::Response;
use retry_runtime::{Transient, Verdict};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The error of a request to a server that does this to it.
async fn error(
    fail: impl FnOnce(&mut h2::server::Connection<tokio::net::TcpStream, Bytes>, SendResponse<Bytes>)
    + Send
    + 'static,
) -> reqwest::Error {
    error_after_head(fail, || {}).await
}

/// The same, where the answer's head arrives first: then this is called.
async fn error_after_head(
    fail: impl FnOnce(&mut h2::server::Connection<tokio::net::TcpStream, Bytes>, SendResponse<Bytes>)
    + Send
    + 'static,
    arrived: impl FnOnce(),
) -> reqwest::Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = handshake(stream).await.unwrap();
        let (_request, respond) = connection.accept().await.unwrap().unwrap();
        fail(&mut connection, respond);
        while connection.accept().await.is_some() {}
    });
    let client = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        // reqwest repeats refused requests by itself; here its first word counts.
        .retry(reqwest::retry::never())
        .build()
        .unwrap();
    let error = match client.get(url).send().await {
        Err(error) => error,
        Ok(response) => {
            arrived();
            response.bytes().await.unwrap_err()
        }
    };
    server.abort();
    error
}

/// What h2 is asked to send: nothing.
type Bytes = axum::body::Bytes;

async fn reset(reason: Reason) -> reqwest::Error {
    error(move |_, mut respond| respond.send_reset(reason)).await
}

#[tokio::test]
async fn a_refused_stream_was_not_processed() {
    let error = reset(Reason::REFUSED_STREAM).await;
    assert_eq!(error.verdict(), Verdict::refused(), "{error:?}");
}

/// Which no server should do.
#[tokio::test]
async fn a_stream_that_is_refused_after_its_head_may_have_been() {
    let arrived = Arc::new(Notify::new());
    let head = Arc::clone(&arrived);
    let refuse = |_: &mut _, mut respond: SendResponse<Bytes>| {
        let mut body = respond.send_response(Response::new(()), false).unwrap();
        tokio::spawn(async move {
            head.notified().await;
            body.send_reset(Reason::REFUSED_STREAM);
        });
    };
    let error = error_after_head(refuse, || arrived.notify_one()).await;
    assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
}

#[tokio::test]
async fn other_resets_may_have_been() {
    for reason in [
        Reason::INTERNAL_ERROR,
        Reason::CANCEL,
        Reason::ENHANCE_YOUR_CALM,
    ] {
        let error = reset(reason).await;
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }
}

#[tokio::test]
async fn a_breach_of_protocol_is_permanent() {
    let error = reset(Reason::PROTOCOL_ERROR).await;
    assert_eq!(error.verdict(), Verdict::permanent(), "{error:?}");
}

#[tokio::test]
async fn a_connection_that_ends_abruptly_is_transient() {
    let error = error(|connection, _| connection.abrupt_shutdown(Reason::INTERNAL_ERROR)).await;
    assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
}
