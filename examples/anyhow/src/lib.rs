//! A client whose methods return `anyhow::Result`: which errors are retried?
//!
//! `cargo run -p example-anyhow` runs it against a weather station that fails on
//! purpose. It needs the feature `anyhow` and nothing else:
//!
//! - **Which errors are retried has to be said**: any may be inside. `on = known` asks
//!   what is known of it. Contexts are looked through: the [`std::io::Error`] below them
//!   says whether another attempt is worth it ([`Weather::now`]).
//! - **An error type of your own is not seen.** Nobody can ask an `anyhow::Error`
//!   which traits the type inside has, so its [`Transient`] does not count, and
//!   the error is permanent.
//! - **`on` asks it**: it downcasts to the type and takes its word
//!   ([`Weather::tomorrow`]).
//! - **A time-out becomes an `anyhow::Error` by itself**, and is retried. The
//!   method is cut where it stands, so this error has none of its contexts.
//! - **The last error comes back as the method made it**, with all its contexts.

pub mod server;

use anyhow::Context;
use retry_runtime::{Budget, Transient, retry};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What the station says instead of the weather.
#[derive(Debug, thiserror::Error, Transient)]
pub enum StationError {
    /// It did not look at the request: another attempt may go better.
    #[error("the station is busy")]
    #[transient(refused)]
    Busy,
    /// No attempt will change that.
    #[error("the station knows no such place")]
    NoSuchPlace,
}

/// A client of a weather station.
#[derive(Debug)]
pub struct Weather {
    station: SocketAddr,
    timeout: Duration,
    budget: Budget,
}

impl Weather {
    /// A client of the station at this address, which gives each attempt so much
    /// time.
    #[must_use]
    pub fn new(station: SocketAddr, timeout: Duration) -> Self {
        Self {
            station,
            timeout,
            budget: Budget::standard(),
        }
    }

    /// The weather now. A [`StationError`] ends the call, even
    /// [`Busy`](StationError::Busy).
    ///
    /// # Errors
    ///
    /// The error of the last attempt, with its contexts.
    #[retry(
        max = 3, backoff = exp(10ms, 2, 1s), timeout = self.timeout, budget = &self.budget,
        on = known,
    )]
    pub async fn now(&self, place: &str) -> anyhow::Result<String> {
        let answer = self.ask(&format!("now {place}")).await;
        answer.with_context(|| format!("asking for the weather in {place}"))
    }

    /// The weather of tomorrow. A [`StationError`] is asked for its own word,
    /// everything else is judged as by `on = known`.
    ///
    /// # Errors
    ///
    /// The error of the last attempt, with its contexts.
    #[retry(
        max = 3, backoff = exp(10ms, 2, 1s), timeout = self.timeout, budget = &self.budget,
        // Contexts do not hide it from `downcast_ref` either.
        on = |error| match error.downcast_ref::<StationError>() {
            Some(error) => error.verdict(),
            None => error.verdict(),
        },
    )]
    pub async fn tomorrow(&self, place: &str) -> anyhow::Result<String> {
        let answer = self.ask(&format!("tomorrow {place}")).await;
        answer.with_context(|| format!("asking for tomorrow's weather in {place}"))
    }

    /// One request and its answer. It knows nothing of retries.
    async fn ask(&self, request: &str) -> anyhow::Result<String> {
        let stream = TcpStream::connect(self.station)
            .await
            .context("connecting to the station")?;
        let mut stream = BufReader::new(stream);
        stream
            .write_all(format!("{request}\n").as_bytes())
            .await
            .context("sending the request")?;
        let answer = read(&mut stream).await.context("reading the answer")?;
        match answer.as_str() {
            "busy" => Err(StationError::Busy.into()),
            "no such place" => Err(StationError::NoSuchPlace.into()),
            _ => Ok(answer),
        }
    }
}

/// A line. That the connection ends before it is no error to `read_line`, and
/// has to be made one.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    match line.strip_suffix('\n') {
        Some(line) => Ok(line.to_owned()),
        None => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the station hung up",
        )),
    }
}
