//! Against a server on loopback that goes away and comes back.

use example_tarpc::{CallError, UserClient, Users};
use futures::StreamExt;
use retry_runtime::{Transient, Verdict};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tarpc::context::Context;
use tarpc::serde_transport::tcp;
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Json;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::sleep;

#[derive(Clone, Default)]
struct Seen {
    calls: Arc<AtomicU32>,
    /// How much time the client left for the last call.
    left: Arc<Mutex<Duration>>,
}

impl Users for Seen {
    async fn name(self, context: Context, id: u64) -> Result<String, String> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        *self.left.lock().unwrap() = context.deadline.duration_since(Instant::now());
        match id {
            7 => Ok("Grace".into()),
            _ => Err("no such user".into()),
        }
    }
}

/// Serves until it is aborted, with all its connections.
async fn start(address: SocketAddr, seen: Seen) -> (SocketAddr, JoinHandle<()>) {
    let mut listener = tcp::listen(address, Json::default).await.unwrap();
    let address = listener.local_addr();
    let server = async move {
        let mut connections = JoinSet::new();
        while let Some(Ok(transport)) = listener.next().await {
            let requests = BaseChannel::with_defaults(transport).execute(seen.clone().serve());
            // One after the other: they end with their connection.
            connections.spawn(requests.for_each(|request| request));
        }
    };
    (address, tokio::spawn(server))
}

/// Returns once the listener is gone.
async fn stop(server: JoinHandle<()>) {
    server.abort();
    let ended = server.await;
    assert!(ended.is_err_and(|error| error.is_cancelled()));
}

fn anywhere() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again() {
    let seen = Seen::default();
    let (address, server) = start(anywhere(), seen.clone()).await;
    let mut users = UserClient::new(address);
    assert_eq!(users.name(7).await.unwrap(), "Grace");
    stop(server).await;
    let restart = async {
        sleep(Duration::from_millis(50)).await;
        start(address, seen.clone()).await
    };
    let (name, _) = tokio::join!(users.name(7), restart);
    assert_eq!(name.unwrap(), "Grace");
    assert_eq!(seen.calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_server_is_told_what_is_left_of_the_attempt() {
    let seen = Seen::default();
    let (address, _) = start(anywhere(), seen.clone()).await;
    UserClient::new(address).name(7).await.unwrap();
    let left = *seen.left.lock().unwrap();
    // Left alone, tarpc says 10 s.
    assert!(left <= Duration::from_secs(2), "{left:?}");
}

#[tokio::test]
async fn the_answer_no_is_not_retried() {
    let seen = Seen::default();
    let (address, _) = start(anywhere(), seen.clone()).await;
    let error = UserClient::new(address).name(8).await.unwrap_err();
    assert!(matches!(&error, CallError::Answered(message) if message == "no such user"));
    assert_eq!(seen.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn nobody_there_is_an_error_in_the_end() {
    let (address, server) = start(anywhere(), Seen::default()).await;
    stop(server).await;
    let error = UserClient::new(address).name(7).await.unwrap_err();
    assert_eq!(error.verdict(), Verdict::not_sent());
}
