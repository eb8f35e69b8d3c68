//! A client whose retries Prometheus counts, by the feature `metrics` and nothing else.
//!
//! `cargo run -p example-metrics` runs it against a stock exchange that fails on
//! purpose, and prints what Prometheus would read:
//!
//! - `.._attempts_total` and `.._retries_total`, of calls that needed retries: one
//!   whose first attempt succeeds is not counted;
//! - `.._retry_delay`, a histogram of the waits in seconds, for which the exporter
//!   has to be given buckets ([`exporter`]);
//! - `.._endings_total` by `reason`: `recovered` is what retries are for, `budget`
//!   says that a service is down;
//! - `.._budget_level`, the retries that are left.
//!
//! The label `function` is the `name` of the method. The exporter makes
//! `retry_client_call_retries_total` of `retry.client.call.retries`; the names
//! are listed in the guide `observing` of `retry-runtime`.

pub mod server;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use retry_runtime::{Budget, retry};
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// The exporter, ready to be installed.
///
/// # Errors
///
/// When there are no buckets, which is not the case here.
pub fn exporter() -> Result<PrometheusBuilder, BuildError> {
    let delay = Matcher::Full("retry.client.call.retry_delay".into());
    PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets_for_metric(delay, &[0.001, 0.01, 0.1, 1.0, 10.0])
}

/// A client of a stock exchange.
#[derive(Debug)]
pub struct Shares {
    exchange: SocketAddr,
    budget: Budget,
}

impl Shares {
    /// A client of the exchange at this address. The budget is its alone:
    /// [`Budget::standard`] where there is no reason for another.
    #[must_use]
    pub fn new(exchange: SocketAddr, budget: Budget) -> Self {
        Self { exchange, budget }
    }

    /// What a share costs.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "shares.price", max = 3, backoff = exp(20ms, 2, 1s), timeout = 10s, budget = &self.budget)]
    pub async fn price(&self, share: &str) -> io::Result<String> {
        self.ask(&format!("price {share}")).await
    }

    /// How many were sold today.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(name = "shares.volume", max = 2, backoff = fixed(20ms), timeout = 10s, budget = &self.budget)]
    pub async fn volume(&self, share: &str) -> io::Result<String> {
        self.ask(&format!("volume {share}")).await
    }

    /// One request and its answer. It knows nothing of retries.
    async fn ask(&self, request: &str) -> io::Result<String> {
        let mut stream = BufReader::new(TcpStream::connect(self.exchange).await?);
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
