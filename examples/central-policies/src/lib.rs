//! Per-method policies in one TOML file, `policies.toml`, reloaded while running.
//!
//! - A call reads its policy once, at its start: `policy = &self.policies.load().get`.
//!   No lock is taken for it.
//! - A file that is invalid in any way is refused as a whole, with a message for
//!   its author, and the old policies stay. Only at the start it is an error.
//! - The methods are the fields of [`UserPolicies`], so a misspelt method in the
//!   file is found when it is read, and one in the code by the compiler.

mod central;

pub use central::{Central, InvalidFile};

use retry_runtime::{Policy, retry};
use serde::Deserialize;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The policies of [`UserClient`], one a method.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserPolicies {
    /// Of [`UserClient::get`].
    pub get: Policy,
    /// Of [`UserClient::list`].
    pub list: Policy,
}

/// A client of a service that is down.
#[derive(Debug)]
pub struct UserClient {
    policies: Arc<Central<UserPolicies>>,
    attempts: AtomicU32,
}

impl UserClient {
    /// A client under these policies, which others may share.
    #[must_use]
    pub fn new(policies: Arc<Central<UserPolicies>>) -> Self {
        Self {
            policies,
            attempts: AtomicU32::new(0),
        }
    }

    /// Reads a user.
    ///
    /// # Errors
    ///
    /// Always, after all the attempts that the policy allows.
    #[retry(policy = &self.policies.load().get, budget = none)]
    pub async fn get(&self, id: u64) -> io::Result<String> {
        self.call(&format!("get {id}"))
    }

    /// Reads all users. The keys that stand here are the code's, whatever the
    /// file says.
    ///
    /// # Errors
    ///
    /// Always, after all the attempts that the policy allows.
    #[retry(policy = &self.policies.load().list, deadline = 30s, budget = none)]
    pub async fn list(&self) -> io::Result<String> {
        self.call("list")
    }

    /// The number of attempts since it was last asked for.
    pub fn attempts(&self) -> u32 {
        self.attempts.swap(0, Ordering::Relaxed)
    }

    fn call(&self, request: &str) -> io::Result<String> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let message = format!("`{request}` was not answered");
        Err(io::Error::new(io::ErrorKind::ConnectionReset, message))
    }
}
