//! Servers that speak HTTP/2 by hand: what is refused, broken off, or no gRPC at all.

use crate::support::{MS, channel, client, config, layer, msg};
use bytes::{BufMut, Bytes, BytesMut};
use h2::Reason;
use h2::server::SendResponse;
use http::{HeaderMap, Response};
use prost::Message as _;
use retry_runtime::{Attempt, Budget};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tests_grpc::lab::lab_client::LabClient;
use tokio::net::{TcpListener, TcpStream};
use tonic::Code;
use tower::Layer;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    Ok,
    /// GOAWAY that leaves this stream out, then the end of the connection.
    GoAway,
    Reset(Reason),
    /// The connection breaks.
    Break,
    /// An answer of HTTP alone.
    Http(u16, &'static str),
    /// `grpc-status` in headers of this HTTP status.
    Headers(u16, &'static str),
    /// UNAVAILABLE, with this push-back.
    PushBack(&'static str),
    /// The headers of gRPC, and neither messages nor a status.
    NoStatus,
}

/// The words, and the numbers of attempts before that each request told.
type Script = Arc<Mutex<(Vec<Word>, Vec<String>)>>;

async fn serve(words: &[Word]) -> (u16, Script) {
    let script: Script = Arc::new(Mutex::new((
        words.iter().rev().copied().collect(),
        Vec::new(),
    )));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let shared = Arc::clone(&script);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, Arc::clone(&shared)));
        }
    });
    (port, script)
}

async fn connection(stream: TcpStream, script: Script) {
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let word = {
            let mut script = script.lock().unwrap();
            let previous = request.headers().get("grpc-previous-rpc-attempts");
            let previous = previous
                .map_or("-", |value| value.to_str().unwrap())
                .to_owned();
            script.1.push(previous);
            script.0.pop().unwrap_or(Word::Ok)
        };
        match word {
            Word::Break => return,
            // h2 names the last stream that it has taken on, and this is one: to leave it
            // out it has to be refused.
            Word::GoAway => {
                let mut respond = respond;
                respond.send_reset(Reason::REFUSED_STREAM);
                connection.graceful_shutdown();
            }
            _ => {
                tokio::spawn(answer(request.into_body(), respond, word));
            }
        }
    }
}

async fn answer(mut body: h2::RecvStream, mut respond: SendResponse<Bytes>, word: Word) {
    if let Word::Reset(reason) = word {
        return respond.send_reset(reason);
    }
    let mut request = BytesMut::new();
    while let Some(Ok(data)) = body.data().await {
        let _ = body.flow_control().release_capacity(data.len());
        request.extend_from_slice(&data);
    }
    match word {
        Word::Http(status, content) => {
            let response = Response::builder()
                .status(status)
                .header("content-type", content);
            let mut stream = respond
                .send_response(response.body(()).unwrap(), false)
                .unwrap();
            stream
                .send_data(Bytes::from_static(b"<html>"), true)
                .unwrap();
        }
        Word::Headers(status, code) => {
            let response = Response::builder()
                .status(status)
                .header("content-type", "application/grpc")
                .header("grpc-status", code);
            respond
                .send_response(response.body(()).unwrap(), true)
                .unwrap();
        }
        Word::PushBack(millis) => {
            let response = Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", "14")
                .header("grpc-retry-pushback-ms", millis);
            respond
                .send_response(response.body(()).unwrap(), true)
                .unwrap();
        }
        Word::NoStatus => {
            let response = Response::builder().header("content-type", "application/grpc");
            respond
                .send_response(response.body(()).unwrap(), true)
                .unwrap();
        }
        _ => {
            let response = Response::builder().header("content-type", "application/grpc");
            let mut stream = respond
                .send_response(response.body(()).unwrap(), false)
                .unwrap();
            let message = msg(7).encode_to_vec();
            let mut data = BytesMut::new();
            data.put_u8(0);
            data.put_u32(u32::try_from(message.len()).unwrap());
            data.put_slice(&message);
            stream.send_data(data.freeze(), false).unwrap();
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", "0".parse().unwrap());
            stream.send_trailers(trailers).unwrap();
        }
    }
}

fn told(script: &Script) -> Vec<String> {
    script.lock().unwrap().1.clone()
}

#[tokio::test]
async fn what_is_refused_is_sent_once_more_at_once_and_is_no_attempt() {
    for word in [Word::Reset(Reason::REFUSED_STREAM), Word::GoAway] {
        // Of a method that nobody declares, without any policy.
        let (port, script) = serve(&[word]).await;
        let response = client(port, "{}").put(msg(7)).await.unwrap();
        assert_eq!(response.into_inner(), msg(7));
        assert_eq!(told(&script), ["-", "-"], "{word:?}");
    }
}

#[tokio::test]
async fn a_second_time_it_is_a_failed_attempt() {
    let refused = Word::Reset(Reason::REFUSED_STREAM);
    let (port, script) = serve(&[refused, refused]).await;
    let status = client(port, "{}").put(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(told(&script).len(), 2);
    let (port, script) = serve(&[refused, refused]).await;
    client(port, &config("")).put(msg(7)).await.unwrap();
    assert_eq!(told(&script), ["-", "-", "1"]);
}

#[tokio::test]
async fn streams_that_break_are_unavailable_and_may_have_been_executed() {
    let (port, script) = serve(&[Word::Break]).await;
    client(port, &config("")).get(msg(7)).await.unwrap();
    assert_eq!(told(&script), ["-", "1"]);
    let (port, script) = serve(&[Word::Break]).await;
    let status = client(port, &config("")).put(msg(7)).await.unwrap_err();
    assert_eq!(told(&script), ["-"], "{status:?}");
}

#[tokio::test]
async fn a_reset_is_judged_by_the_code_that_grpc_gives_it() {
    let (port, script) = serve(&[Word::Reset(Reason::INTERNAL_ERROR)]).await;
    let status = client(port, &config("")).get(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(told(&script).len(), 1);
}

#[tokio::test]
async fn a_page_of_a_proxy_commits_nothing_and_is_mapped() {
    for (http, retried) in [
        (503, true),
        (502, true),
        (429, true),
        (404, false),
        (500, false),
    ] {
        let (port, script) = serve(&[Word::Http(http, "text/html")]).await;
        let outcome = client(port, &config("")).get(msg(7)).await;
        assert_eq!(outcome.is_ok(), retried, "{http}: {outcome:?}");
        assert_eq!(told(&script).len(), 1 + usize::from(retried), "{http}");
    }
}

#[tokio::test]
async fn a_page_with_http_200_commits_nothing_either() {
    let (port, _) = serve(&[Word::Http(200, "text/html")]).await;
    let status = client(port, &config("")).get(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unknown);
    let codes = config("").replace("\"UNAVAILABLE\"", "\"UNKNOWN\"");
    let (port, script) = serve(&[Word::Http(200, "text/html")]).await;
    client(port, &codes).get(msg(7)).await.unwrap();
    assert_eq!(told(&script).len(), 2);
}

#[tokio::test]
async fn a_status_in_the_headers_is_a_failed_attempt() {
    for http in [200, 503] {
        let (port, script) = serve(&[Word::Headers(http, "14")]).await;
        client(port, &config("")).get(msg(7)).await.unwrap();
        assert_eq!(told(&script).len(), 2, "{http}");
    }
}

#[tokio::test]
async fn a_server_that_is_killed_half_way_is_asked_again() {
    let (port, script) = serve(&[Word::Break, Word::Break]).await;
    let config = config("").replace("0.02s", "0.1s");
    let response = client(port, &config).get(msg(7)).await.unwrap();
    assert_eq!(response.into_inner(), msg(7));
    assert_eq!(told(&script), ["-", "1", "2"]);
    tokio::time::sleep(MS).await;
}

/// Nobody reads the body of such an answer, but the call has succeeded.
#[tokio::test]
async fn a_status_of_ok_in_the_headers_is_a_success() {
    let budget = Arc::new(Budget::standard().reserve(0));
    // Its account begins with the first that asks.
    let _ = budget.try_retry(0);
    let (port, _) = serve(&[Word::Headers(200, "0"); 50]).await;
    let layer = layer(&config("")).budget(Arc::clone(&budget));
    let client = LabClient::new(layer.layer(channel(port)));
    for _ in 0..50 {
        // tonic misses the message.
        let _ = client.clone().get(msg(7)).await;
    }
    assert!(budget.level() > 1.0, "{}", budget.level());
}

/// gRPC gives UNKNOWN to an answer that is over without a status: no success, and no
/// beginning of one either.
#[tokio::test]
async fn headers_that_end_an_answer_without_a_status_are_a_failed_attempt() {
    let (port, _) = serve(&[Word::NoStatus]).await;
    let status = client(port, &config("")).get(msg(7)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unknown, "{status:?}");
    let codes = config("").replace("\"UNAVAILABLE\"", "\"UNKNOWN\"");
    let (port, script) = serve(&[Word::NoStatus]).await;
    client(port, &codes).get(msg(7)).await.unwrap();
    assert_eq!(told(&script), ["-", "1"]);
}

/// grpc-go's test of per-attempt statistics: what is refused, then what is pushed back.
#[tokio::test]
async fn each_attempt_is_seen_by_what_is_inside() {
    let words = [Word::Reset(Reason::REFUSED_STREAM), Word::PushBack("10")];
    let (port, script) = serve(&words).await;
    let seen: Arc<Mutex<Vec<(u32, Instant)>>> = Arc::default();
    let shared = Arc::clone(&seen);
    let retried = tower::ServiceBuilder::new()
        .layer(layer(&config("")).trust_wildcards())
        .map_request(move |request: http::Request<tonic::body::Body>| {
            let attempt: &Attempt = request.extensions().get().unwrap();
            let now = Instant::now();
            shared.lock().unwrap().push((attempt.number(), now));
            request
        })
        .service(channel(port));
    let response = LabClient::new(retried).put(msg(7)).await.unwrap();
    let heard = response.metadata().get("grpc-previous-rpc-attempts");
    assert_eq!(heard.unwrap(), "1");
    assert_eq!(told(&script), ["-", "-", "1"]);
    let seen = seen.lock().unwrap().clone();
    let numbers: Vec<_> = seen.iter().map(|(number, _)| *number).collect();
    // What was refused is sent once more as the same attempt.
    assert_eq!(numbers, [1, 1, 2]);
    assert!(seen[2].1 - seen[1].1 >= 10 * MS);
}
