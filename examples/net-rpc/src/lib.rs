//! A Rust client of a Go server: `net/rpc` with its codec `net/rpc/jsonrpc`.
//!
//! - The methods are annotated; [`Client::call`] knows nothing of retries.
//! - The connection is dialled anew in `before_retry`. A connection whose
//!   answer was not read to its end is never used again: that answer could
//!   arrive in place of the next one.
//! - [`RpcError`] says which failures are worth another attempt.
//!
//! `server/main.go` is the server that the tests build and start.

mod error;

pub use error::RpcError;

use retry_runtime::{Budget, non_idempotent, retry, retry_unsent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A user, as Go's encoder spells it.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// The user's number.
    #[serde(rename = "ID")]
    pub id: u64,
    /// The user's name.
    pub name: String,
}

/// A client of one server, with one connection and one budget for its retries.
#[derive(Debug)]
pub struct Client {
    server: String,
    connection: Option<BufReader<TcpStream>>,
    next_id: u64,
    dials: u32,
    budget: Budget,
}

impl Client {
    /// A client that dials at its first call.
    #[must_use]
    pub fn new(server: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            connection: None,
            next_id: 0,
            dials: 0,
            budget: Budget::standard(),
        }
    }

    /// How often a connection was dialled, with or without success.
    #[must_use]
    pub fn dials(&self) -> u32 {
        self.dials
    }

    /// Reads a user.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(max = 8, backoff = exp(20ms, 2, 1s), timeout = 2s, deadline = 20s,
            budget = &self.budget, before_retry = |_| self.dial())]
    pub async fn get_user(&mut self, id: u64) -> Result<User, RpcError> {
        self.call("Users.Get", id).await
    }

    /// Creates a user: a second execution would create a second one, so that
    /// only a connection that could not be made is retried.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[non_idempotent]
    #[retry_unsent(timeout = 2s, budget = &self.budget, before_retry = |_| self.dial())]
    pub async fn create_user(&mut self, name: &str) -> Result<User, RpcError> {
        self.call("Users.Create", name).await
    }

    /// One request and its answer.
    ///
    /// # Errors
    ///
    /// No connection, a broken one, an answer that is no answer, or the
    /// server's error.
    pub async fn call<T: DeserializeOwned>(
        &mut self,
        method: &str,
        param: impl Serialize,
    ) -> Result<T, RpcError> {
        self.next_id += 1;
        let request = Request {
            method,
            params: [param],
            id: self.next_id,
        };
        let mut line = serde_json::to_vec(&request).map_err(RpcError::Protocol)?;
        line.push(b'\n');
        if self.connection.is_none() {
            self.dial().await?;
        }
        // It is put back once the answer is read: not if this future is
        // dropped before, by a `timeout` for instance.
        let mut connection = self.connection.take().ok_or_else(hung_up)?;
        connection.write_all(&line).await?;
        let mut answer = String::new();
        connection.read_line(&mut answer).await?;
        if !answer.ends_with('\n') {
            return Err(hung_up().into());
        }
        let answer: Answer<T> = serde_json::from_str(&answer).map_err(RpcError::Protocol)?;
        self.connection = Some(connection);
        match answer.error {
            Some(message) => Err(RpcError::Server(message)),
            None => answer.result.ok_or(RpcError::NoResult),
        }
    }

    /// A new connection in place of the old one.
    async fn dial(&mut self) -> Result<(), RpcError> {
        self.connection = None;
        self.dials += 1;
        let stream = TcpStream::connect(&self.server)
            .await
            .map_err(RpcError::Dial)?;
        self.connection = Some(BufReader::new(stream));
        Ok(())
    }
}

/// Go calls it `io.ErrUnexpectedEOF`.
fn hung_up() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the server hung up before the end of its answer",
    )
}

/// JSON-RPC 1.0: exactly one parameter, in an array.
#[derive(Serialize)]
struct Request<'a, P> {
    method: &'a str,
    params: [P; 1],
    id: u64,
}

#[derive(Deserialize)]
struct Answer<T> {
    result: Option<T>,
    error: Option<String>,
}
