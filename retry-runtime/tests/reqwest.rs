//! What reqwest's errors and responses are judged to be, each a real one: a
//! client against a server on loopback that fails in the way in question.

#![cfg(all(feature = "reqwest", feature = "macros", feature = "tokio"))]

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Error, StatusCode};
use retry_runtime::reqwest::{check, check_safe};
use retry_runtime::{Transient, Verdict, classify, retry};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::{Ready, ready};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a connection.
enum Deed {
    /// Reads the request and writes this, then closes.
    Answer(&'static str),
    /// Reads the request and writes this, then nothing more.
    Stall(&'static str),
    /// Closes while the request is unread, which resets the connection.
    Reset,
}

use Deed::{Answer, Reset, Stall};

/// A server that does one deed a connection, and its URL.
async fn serve(deeds: impl IntoIterator<Item = Deed>) -> String {
    let mut deeds: VecDeque<_> = deeds.into_iter().collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut stalled = Vec::new();
        while let Some(deed) = deeds.pop_front() {
            let (mut stream, _) = listener.accept().await.unwrap();
            match deed {
                Reset => stream.readable().await.unwrap(),
                Answer(text) => answer(&mut stream, text).await,
                Stall(text) => {
                    answer(&mut stream, text).await;
                    stalled.push(stream);
                }
            }
        }
        // The stalled connections stay open until the test ends.
        std::future::pending::<()>().await;
    });
    format!("http://{address}")
}

async fn answer(stream: &mut TcpStream, text: &str) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        assert_ne!(
            stream.read_buf(&mut request).await.unwrap(),
            0,
            "the client went away"
        );
    }
    stream.write_all(text.as_bytes()).await.unwrap();
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// The error of a request to a server that does this.
async fn error(deed: Deed) -> Error {
    error_with(&client(), deed).await
}

async fn error_with(client: &Client, deed: Deed) -> Error {
    let url = serve([deed]).await;
    match client.get(url).send().await {
        Err(error) => error,
        Ok(response) => response.text().await.expect_err("the answer is no answer"),
    }
}

#[tokio::test]
async fn nobody_listens() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let error = client().get(url).send().await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::not_sent());
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_permanent() {
    for (reason, verdict) in [
        ("Name or service not known", Verdict::permanent()),
        ("Temporary failure in name resolution", Verdict::not_sent()),
    ] {
        let client = Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(Unresolved(reason)))
            .build()
            .unwrap();
        let request = client.get("http://users.internal");
        let error = request.send().await.unwrap_err();
        assert_eq!(error.verdict(), verdict, "{error:?}");
    }
}

/// Fails as the system's own resolver does.
struct Unresolved(&'static str);

impl Resolve for Unresolved {
    fn resolve(&self, _: Name) -> Resolving {
        let text = format!("failed to lookup address information: {}", self.0);
        let unnamed = io::Error::from_raw_os_error(i32::MAX).kind();
        Box::pin(async move { Err::<Addrs, _>(io::Error::new(unnamed, text).into()) })
    }
}

/// Knows no names, or takes for ever to find one.
struct Names {
    answers: bool,
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let answers = self.answers;
        Box::pin(async move {
            if !answers {
                std::future::pending::<()>().await;
            }
            Err::<Addrs, _>("there is no such host".into())
        })
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    for answers in [true, false] {
        let client = Client::builder()
            .no_proxy()
            .dns_resolver(Arc::new(Names { answers }))
            .connect_timeout(Duration::from_millis(20))
            .build()
            .unwrap();
        let error = client
            .get("http://users.internal")
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.is_timeout(), !answers);
        assert_eq!(error.verdict(), Verdict::not_sent(), "{error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_transient() {
    for deed in [
        Reset,
        Answer(""),
        Answer("HTTP/1.1 200 OK\r\nContent-"),
        Answer("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
        Answer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nha"),
    ] {
        let error = error(deed).await;
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_transient() {
    let slow = [
        Client::builder().timeout(Duration::from_millis(50)),
        Client::builder().read_timeout(Duration::from_millis(50)),
    ];
    for builder in slow {
        let client = builder.no_proxy().build().unwrap();
        for text in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
            let error = error_with(&client, Stall(text)).await;
            assert!(error.is_timeout());
            assert_eq!(
                error.verdict(),
                Verdict::transient().timed_out(),
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_would_fail_again_is_permanent() {
    let garbage = error(Answer("SSH-2.0-OpenSSH_9.2\r\n")).await;
    assert_eq!(garbage.verdict(), Verdict::permanent(), "{garbage:?}");

    let builder = client().get("no scheme").send().await.unwrap_err();
    assert!(builder.is_builder());
    assert_eq!(builder.verdict(), Verdict::permanent());

    let url = serve(std::iter::repeat_with(|| Answer(LOOP)).take(20)).await;
    let redirected = client().get(url).send().await.unwrap_err();
    assert!(redirected.is_redirect());
    assert_eq!(redirected.verdict(), Verdict::permanent());

    // The client's own decision, whatever it gives as its reason.
    let refuse = Policy::custom(|attempt| attempt.error(io::Error::from(ErrorKind::TimedOut)));
    let client = Client::builder()
        .no_proxy()
        .redirect(refuse)
        .build()
        .unwrap();
    let refused = error_with(&client, Answer(LOOP)).await;
    assert!(refused.is_redirect());
    assert_eq!(refused.verdict(), Verdict::permanent());
}

const LOOP: &str = "HTTP/1.1 302 Found\r\nlocation: /\r\nconnection: close\r\n\r\n";
const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 7\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const FAILED: &str =
    "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const MISSING: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

#[tokio::test]
async fn a_status_as_an_error_is_the_statuss_own() {
    for (text, verdict) in [
        (BUSY, Verdict::transient().overloaded()),
        (FAILED, Verdict::permanent().against_service(true)),
        (MISSING, Verdict::permanent()),
    ] {
        let url = serve([Answer(text)]).await;
        let response = client().get(url).send().await.unwrap();
        let error = response.error_for_status().unwrap_err();
        assert_eq!(error.verdict(), verdict);
    }
}

#[tokio::test]
async fn erased_errors_are_looked_into() {
    let boxed: Box<dyn std::error::Error + Send + Sync> = error(Answer("")).await.into();
    assert_eq!(boxed.verdict(), Verdict::transient());
    let io = std::io::Error::other(error(Answer("")).await);
    let boxed: Box<dyn std::error::Error + Send + Sync> = io.into();
    assert_eq!(boxed.verdict(), Verdict::transient());
}

#[cfg(feature = "anyhow")]
#[tokio::test]
async fn anyhows_errors_are_looked_into() {
    let error = anyhow::Error::from(error(Answer("")).await).context("asking for a user");
    assert_eq!(error.verdict(), Verdict::transient());
}

/// A client that may have sent the request before.
#[derive(Debug)]
struct After2Tries(Error);

impl std::fmt::Display for After2Tries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("after 2 tries")
    }
}

impl std::error::Error for After2Tries {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tokio::test]
async fn a_proof_holds_along_known_types_alone() {
    let unreached = async || {
        let request = client().get("http://127.0.0.1:1");
        request.send().await.unwrap_err()
    };
    let known = io::Error::other(unreached().await);
    assert_eq!(classify(&known), Some(Verdict::not_sent()));
    let own = retry_runtime::reqwest::Error::from(unreached().await);
    assert_eq!(classify(&own), Some(Verdict::not_sent()));
    let other = After2Tries(unreached().await);
    assert_eq!(classify(&other), Some(Verdict::transient()));
}

#[tokio::test]
async fn a_checked_response_keeps_its_verdict() {
    let answer = async |text| {
        let url = serve([Answer(text)]).await;
        client().get(url).send().await.unwrap()
    };
    let busy = check(answer(BUSY).await).unwrap_err();
    assert_eq!(busy.status(), 503);
    let seven = Verdict::transient().with_pushback(Duration::from_secs(7));
    assert_eq!(busy.verdict(), seven.with_spread());
    let text = busy.to_string();
    let start = "the server answered 503 Service Unavailable (http://127.0.0.1:";
    assert!(text.starts_with(start), "{text}");

    let failed = Verdict::permanent().against_service(true);
    let error = check(answer(FAILED).await).unwrap_err();
    assert_eq!(error.verdict(), failed);
    let error = check_safe(answer(FAILED).await).unwrap_err();
    assert_eq!(error.verdict(), Verdict::transient());
    let error = check_safe(answer(MISSING).await).unwrap_err();
    assert_eq!(error.verdict(), Verdict::permanent());
    assert_eq!(classify(&error), Some(Verdict::permanent()));

    let not_modified = "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n";
    for text in [FINE, not_modified] {
        let response = answer(text).await;
        let status = response.status();
        assert_eq!(check(response).unwrap().status(), status);
    }
}

#[retry(backoff = fixed(1s), jitter = none, sleep = note)]
async fn text(http: &Client, url: &str) -> Result<String, retry_runtime::reqwest::Error> {
    Ok(check(http.get(url).send().await?)?.text().await?)
}

#[tokio::test]
async fn a_checked_request_waits_as_the_server_asks() {
    let url = serve([Answer(BUSY), Reset, Answer(FINE)]).await;
    assert_eq!(text(&client(), &url).await.unwrap(), "ok");
    assert_eq!(waits(), [7, 1]);

    let url = serve([Answer(FAILED)]).await;
    let error = text(&client(), &url).await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(waits(), [0; 0]);
}

#[retry(max = 1, timeout = 50ms, backoff = none)]
async fn hasty(http: &Client, url: &str) -> Result<String, retry_runtime::reqwest::Error> {
    Ok(check(http.get(url).send().await?)?.text().await?)
}

#[tokio::test]
async fn a_time_limit_is_one_of_the_errors() {
    use retry_runtime::reqwest::Error;

    let url = serve([Stall(""), Stall("")]).await;
    let error = hasty(&client(), &url).await.unwrap_err();
    assert!(matches!(error, Error::Elapsed(_)), "{error:?}");
    assert_eq!(error.verdict(), Verdict::transient().timed_out());
    assert_eq!(error.status(), None);
}

thread_local! {
    static WAITS: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// Notes the wait and does not wait.
fn note(wait: Duration) -> Ready<()> {
    WAITS.with_borrow_mut(|waits| waits.push(wait));
    ready(())
}

/// The waits in seconds; a `Retry-After` of 7 may be spread upwards by a quarter.
fn waits() -> Vec<u64> {
    let seven = Duration::from_secs(7)..=Duration::from_millis(8750);
    let seconds = |wait: &Duration| {
        if seven.contains(wait) {
            7
        } else {
            wait.as_secs()
        }
    };
    WAITS.take().iter().map(seconds).collect()
}

#[retry(on_ok = retry_runtime::reqwest::classify_response, backoff = fixed(1s), jitter = none, sleep = note)]
async fn get(http: &Client, url: &str) -> reqwest::Result<reqwest::Response> {
    http.get(url).send().await
}

#[retry(max = 1, on_ok = retry_runtime::reqwest::classify_safe, backoff = fixed(1s), jitter = none, sleep = note)]
async fn read(http: &Client, url: &str) -> reqwest::Result<reqwest::Response> {
    http.get(url).send().await
}

#[tokio::test]
async fn a_retried_request_waits_as_the_server_asks() {
    let url = serve([Reset, Answer(BUSY), Answer(""), Answer(FINE)]).await;
    let response = get(&client(), &url).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(waits(), [1, 7, 1]);
}

#[tokio::test]
async fn the_last_response_comes_back() {
    let url = serve([Answer(BUSY), Answer(BUSY)]).await;
    let response = read(&client(), &url).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(waits(), [7]);
}

#[tokio::test]
async fn a_500_is_retried_where_the_request_only_reads() {
    let url = serve([Answer(FAILED), Answer(FINE)]).await;
    let response = get(&client(), &url).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(waits(), [0; 0]);

    let url = serve([Answer(FAILED), Answer(FINE)]).await;
    let response = read(&client(), &url).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(waits(), [1]);
}

#[expect(dead_code, reason = "it only has to compile")]
fn a_retried_request_can_be_spawned(http: &'static Client, url: &'static str) -> impl Send {
    get(http, url)
}
