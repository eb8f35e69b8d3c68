//! A client of which nothing but the feature `tracing` makes log lines.
//!
//! `cargo run -p example-tracing` runs it against a mail server that fails on
//! purpose, and prints what a subscriber of the crate `tracing-subscriber` shows:
//!
//! - a warning for each retry, before its wait;
//! - an error where the retries are used up;
//! - a line at level `INFO` for a success after retries, none for one at once;
//! - a line at level `DEBUG` for an error that is not worth a retry;
//! - with the key `spans`, a span around each attempt, so that what the method
//!   itself logs says which attempt it belongs to ([`Mail::newest`]).
//!
//! All of them have the target `retry_runtime`, by which they are filtered, and the
//! function's `name`. The fields are listed in the guide `observing` of
//! `retry-runtime`.

pub mod server;

use retry_runtime::{Budget, retry};
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A client of a mail server.
#[derive(Debug)]
pub struct Mail {
    server: SocketAddr,
    budget: Budget,
}

// Without jitter, for the sake of the example: so it prints the same each time.
impl Mail {
    /// A client of the server at this address.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        Self {
            server,
            budget: Budget::standard(),
        }
    }

    /// How many mails a user has.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "mail.count", max = 2, backoff = exp(20ms, 2, 1s), jitter = none,
            timeout = 10s, budget = &self.budget)]
    pub async fn count(&self, user: &str) -> io::Result<String> {
        self.ask(&format!("count {user}")).await
    }

    /// The newest mail of a user.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "mail.newest", spans, max = 2, backoff = exp(20ms, 2, 1s), jitter = none,
            timeout = 10s, budget = &self.budget)]
    pub async fn newest(&self, user: &str) -> io::Result<String> {
        let request = format!("newest {user}");
        tracing::info!(%request, "sending");
        self.ask(&request).await
    }

    /// One request and its answer. It knows nothing of retries.
    async fn ask(&self, request: &str) -> io::Result<String> {
        let mut stream = BufReader::new(TcpStream::connect(self.server).await?);
        stream.write_all(format!("{request}\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_line(&mut answer).await?;
        match answer.trim_end() {
            "" => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the server hung up",
            )),
            "no such mailbox" => Err(io::Error::new(io::ErrorKind::NotFound, "no such mailbox")),
            answer => Ok(answer.to_owned()),
        }
    }
}
