//! Retry rules in one TOML file, `rules.toml`, which is reloaded while the program runs;
//! and the list of all that is retried, as JSON at `/debug/retries` and as a page at
//! `/debug/retries/page`.
//!
//! The client below knows nothing of the rules. They hold for every retried function of
//! the process, for those of libraries too.

mod page;

use axum::response::{Html, IntoResponse};
use axum::routing::get;
use axum::{Json, Router};
use retry_runtime::{central, retry};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// A client of a service that is down.
#[derive(Debug, Default)]
pub struct UserClient {
    attempts: AtomicU32,
}

impl UserClient {
    /// Reads a user.
    ///
    /// # Errors
    ///
    /// Always, after all the attempts that code and rules allow.
    #[retry(name = "users.get")]
    pub async fn get(&self, id: u64) -> io::Result<String> {
        self.call(&format!("get {id}"))
    }

    /// Reads all users.
    ///
    /// # Errors
    ///
    /// Always, after all the attempts that code and rules allow.
    #[retry(name = "users.list", timeout = 1s, elapsed = late)]
    pub async fn list(&self) -> io::Result<String> {
        self.call("list")
    }

    /// The number of attempts since it was last asked for.
    pub fn attempts(&self) -> u32 {
        self.attempts.swap(0, Relaxed)
    }

    fn call(&self, request: &str) -> io::Result<String> {
        self.attempts.fetch_add(1, Relaxed);
        let message = format!("`{request}` was not answered");
        Err(io::Error::new(io::ErrorKind::ConnectionReset, message))
    }
}

fn late(elapsed: retry_runtime::Elapsed) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, elapsed)
}

/// The list of what is retried: for a port that only operators reach.
pub fn debug_routes() -> Router {
    Router::new()
        .route("/debug/retries", get(async || Json(central::sites())))
        .route("/debug/retries/page", get(show))
}

async fn show() -> impl IntoResponse {
    Html(page::of(&central::sites()))
}

/// Calls that all fail, so that there is something to see.
pub async fn traffic(users: &UserClient) {
    loop {
        let _ = users.get(7).await;
        let _ = users.list().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
