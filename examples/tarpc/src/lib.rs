//! A tarpc client whose methods are retried.
//!
//! The generated client is a field, the method around it is annotated, and the error
//! type says which of the framework's errors are worth another attempt. With code that
//! is generated from a description it looks the same, see `examples/thrift`.
//!
//! - What a client of tarpc has sent to a connection is lost with it, and the
//!   client is dead from then on: `before_retry` makes another one.
//! - The deadline that the server is told is what is left of the attempt's time:
//!   then it gives up when its client does.

mod error;
mod service;

pub use error::CallError;
pub use service::{Users, UsersClient, UsersRequest, UsersResponse};

use retry_runtime::{Attempt, Budget, retry};
use std::net::SocketAddr;
use std::time::Instant;
use tarpc::client::Config;
use tarpc::context::{self, Context};
use tarpc::serde_transport::tcp;
use tarpc::tokio_serde::formats::Json;

/// A client of one server.
#[derive(Debug)]
pub struct UserClient {
    server: SocketAddr,
    rpc: Option<UsersClient>,
    budget: Budget,
}

impl UserClient {
    /// A client that connects at its first call.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        Self {
            server,
            rpc: None,
            budget: Budget::standard(),
        }
    }

    /// The name of a user.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[retry(max = 6, backoff = exp(20ms, 2, 1s), timeout = 2s, deadline = 20s, attempt = at,
            budget = &self.budget, before_retry = |_| self.connect())]
    pub async fn name(&mut self, id: u64) -> Result<String, CallError> {
        if self.rpc.is_none() {
            self.connect().await?;
        }
        let rpc = self.rpc.as_ref().ok_or(CallError::NoConnection)?;
        rpc.name(context_of(at), id)
            .await?
            .map_err(CallError::Answered)
    }

    /// Another connection, and the task that serves it.
    async fn connect(&mut self) -> Result<(), CallError> {
        self.rpc = None;
        let transport = tcp::connect(self.server, Json::default).await;
        let transport = transport.map_err(CallError::Connect)?;
        self.rpc = Some(UsersClient::new(Config::default(), transport).spawn());
        Ok(())
    }
}

/// What the server is told of the attempt.
fn context_of(attempt: Attempt) -> Context {
    let mut context = context::current();
    if let Some(left) = attempt.remaining() {
        context.deadline = Instant::now() + left;
    }
    context
}
