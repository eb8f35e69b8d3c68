//! A client of volo, Kitex's sibling in Rust, whose methods are retried.
//!
//! The client that volo generates from `idl/users.thrift` is a field, the methods
//! around it are annotated, and [`CallError`] says which of volo's errors are worth
//! another attempt.
//!
//! - volo's own time-out (`rpc_timeout`) is left alone: its error is one that the
//!   server could have answered as well, so that nobody can tell them apart. The key
//!   `timeout` stands in for it; the connection of a cut attempt is closed, not reused.
//! - A connection that the server has closed is replaced by the client's pool at the
//!   next attempt. There is nothing to do in `before_retry`.
//! - What a service answers by an exception of the description is an `Ok` of volo's:
//!   the method makes an error of it, which is permanent.

mod error;
mod generated;

pub use error::CallError;
pub use generated::volo_gen::users::{NoSuchUser, User, Users, UsersGetException, UsersServer};

use generated::volo_gen::users::{UsersClient, UsersClientBuilder};
use retry_runtime::{Budget, non_idempotent, retry, retry_unsent};
use std::net::SocketAddr;
use volo_thrift::MaybeException;

/// A client of one server.
pub struct UserClient {
    rpc: UsersClient,
    budget: Budget,
}

impl UserClient {
    /// A client that connects at its first call.
    #[must_use]
    pub fn new(server: SocketAddr) -> Self {
        Self {
            rpc: UsersClientBuilder::new("users").address(server).build(),
            budget: Budget::standard(),
        }
    }

    /// The user of this number.
    ///
    /// # Errors
    ///
    /// There is no such user; otherwise the error of the last attempt.
    #[retry(max = 6, backoff = exp(20ms, 2, 1s), timeout = 2s, deadline = 20s, budget = &self.budget)]
    pub async fn get(&self, id: i64) -> Result<User, CallError> {
        match self.rpc.get(id).await? {
            MaybeException::Ok(user) => Ok(user),
            MaybeException::Exception(UsersGetException::NoSuchUser(_)) => {
                Err(CallError::NoSuchUser(id))
            }
        }
    }

    /// Another user. Only what was never sent is sent again: the name may be given
    /// twice.
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    #[non_idempotent]
    #[retry_unsent(max = 6, backoff = exp(20ms, 2, 1s), deadline = 20s, budget = &self.budget)]
    pub async fn create(&self, name: &str) -> Result<User, CallError> {
        Ok(self.rpc.create(name.to_owned().into()).await?)
    }
}
