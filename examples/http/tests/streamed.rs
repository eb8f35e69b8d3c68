//! A request whose own body fails half-way: a part of it was sent, whatever the
//! body's error says of the request that it came from.

use futures_util::stream;
use reqwest::{Body, Client};
use retry_runtime::{Transient, Verdict, non_idempotent, retry_unsent};
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// A server that never answers, and counts the connections on which it has read
/// the beginning of an import.
struct Server {
    url: String,
    imports: Arc<AtomicUsize>,
    read: Arc<Notify>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            imports: Arc::default(),
            read: Arc::default(),
        };
        let (imports, read) = (Arc::clone(&server.imports), Arc::clone(&server.read));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (imports, read) = (Arc::clone(&imports), Arc::clone(&read));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"line 1\n\r\n") {
                        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    imports.fetch_add(1, Ordering::Relaxed);
                    read.notify_one();
                    // Until the client goes away.
                    let _ = stream.read_to_end(&mut request).await;
                });
            }
        });
        server
    }

    /// A line, and once it was read this error.
    fn body<E: Into<Box<dyn Error + Send + Sync>> + 'static>(
        &self,
        error: impl Future<Output = E> + Send + 'static,
    ) -> Body {
        let read = Arc::clone(&self.read);
        let first = async { Ok("line 1\n") };
        let then = async move {
            read.notified().await;
            Err(error.await)
        };
        let rest = stream::once(then);
        Body::wrap_stream(stream::StreamExt::chain(stream::once(first), rest))
    }
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

fn refused() -> io::Error {
    io::ErrorKind::ConnectionRefused.into()
}

/// The error of a request to a port at which nobody listens.
async fn unreachable() -> reqwest::Error {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    client().get(url).send().await.unwrap_err()
}

#[non_idempotent]
#[retry_unsent(backoff = none)]
async fn import(server: &Server) -> reqwest::Result<()> {
    let body = server.body(async { refused() });
    client().post(&server.url).body(body).send().await.map(drop)
}

#[tokio::test]
async fn what_must_not_run_twice_is_not_sent_again() {
    let server = Server::start().await;
    let error = import(&server).await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    assert_eq!(server.imports.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn that_another_request_was_not_sent_says_nothing_of_this_one() {
    assert_eq!(unreachable().await.verdict(), Verdict::not_sent());
    let server = Server::start().await;
    let body = server.body(unreachable());
    let outcome = client().post(&server.url).body(body).send().await;
    let error = outcome.unwrap_err();
    assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
}

#[tokio::test]
async fn a_permanent_error_of_the_body_stays_one() {
    let server = Server::start().await;
    let body = server.body(async { io::Error::from(io::ErrorKind::NotFound) });
    let outcome = client().post(&server.url).body(body).send().await;
    let error = outcome.unwrap_err();
    assert_eq!(error.verdict(), Verdict::permanent(), "{error:?}");
}
