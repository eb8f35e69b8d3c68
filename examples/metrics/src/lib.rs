//! A client whose retries are counted, by the feature `metrics` and nothing else, and
//! the two ways out of the process: [`prometheus`] and [`opentelemetry`].
//!
//! `cargo run -p example-metrics` runs it against a stock exchange that fails on
//! purpose, and prints what Prometheus would read:
//!
//! - `retry_calls_total`: all calls, also those that succeeded at once. Everything else
//!   is of calls that had to be repeated, or should have been;
//! - `retry_attempts_total`, `retry_retries_total` and `retry_endings_total` by `reason`:
//!   `recovered` is what retries are for, `budget` says that a service is down;
//! - `retry_delay_seconds`, a histogram of the waits, for which the exporter has to be
//!   given buckets;
//! - `retry_budget_tokens`, what the budget has left.
//!
//! The label `function` is the `name` of the method, `target` is the exchange.

pub mod opentelemetry;
pub mod prometheus;
pub mod server;

use retry_runtime::{Budget, retry};
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A client of a stock exchange.
#[derive(Debug)]
pub struct Shares {
    exchange: &'static str,
    address: SocketAddr,
    budget: Budget,
}

impl Shares {
    /// A client of the exchange of this name, at this address. The budget is its alone:
    /// [`Budget::standard`] where there is no reason for another.
    #[must_use]
    pub fn new(exchange: &'static str, address: SocketAddr, budget: Budget) -> Self {
        Self {
            exchange,
            address,
            budget,
        }
    }

    /// What a share costs.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "shares.price", target = self.exchange, max = 3, backoff = exp(20ms, 2, 1s),
            timeout = 10s, budget = &self.budget)]
    pub async fn price(&self, share: &str) -> io::Result<String> {
        self.ask(&format!("price {share}")).await
    }

    /// How many were sold today.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "shares.volume", target = self.exchange, max = 2, backoff = fixed(20ms),
            timeout = 10s, budget = &self.budget)]
    pub async fn volume(&self, share: &str) -> io::Result<String> {
        self.ask(&format!("volume {share}")).await
    }

    /// One request and its answer. It knows nothing of retries.
    async fn ask(&self, request: &str) -> io::Result<String> {
        let mut stream = BufReader::new(TcpStream::connect(self.address).await?);
        stream.write_all(format!("{request}\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_line(&mut answer).await?;
        match answer.trim_end() {
            "" => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the exchange hung up",
            )),
            "no such share" => Err(io::Error::new(io::ErrorKind::NotFound, "no such share")),
            answer => Ok(answer.to_owned()),
        }
    }
}
