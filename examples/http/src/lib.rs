//! The client of a shop, over HTTP: what is retried, when, and what is not.
//!
//! `cargo run -p example-http` runs it against a server that fails on purpose;
//! the tests run it against that server and against nginx.

pub mod server;

use reqwest::header::HeaderName;
use reqwest::{Client, ClientBuilder};
use retry_runtime::reqwest::{StatusError, check, check_safe};
use retry_runtime::{Budget, Elapsed, Transient, non_idempotent, retry, retry_unsent};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The header that carries the key by which the shop recognises a repetition.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What can go wrong, and what each says about trying again.
#[derive(Debug, thiserror::Error, Transient)]
pub enum ShopError {
    /// No answer, or half of one: reqwest's error classifies itself.
    #[error("the shop cannot be reached, or its answer not be read")]
    #[transient(forward)]
    Http(#[from] reqwest::Error),
    /// An answer that is none: `check` judged the status code and `Retry-After`
    /// where the response was at hand.
    #[error("the shop answered {}", .0.status())]
    #[transient(forward)]
    Status(#[from] StatusError),
    /// Time ran out: that of an attempt is worth another.
    #[error("the shop is too slow")]
    #[transient]
    TooSlow(#[from] Elapsed),
}

/// The shop's client: one for each host, so that the budget is the host's.
#[derive(Debug)]
pub struct Shop {
    http: Client,
    url: String,
    budget: Budget,
    attempt_timeout: Duration,
    known: Mutex<HashMap<String, u64>>,
}

impl Shop {
    /// A client of the shop at this URL.
    ///
    /// # Errors
    ///
    /// When reqwest cannot set up a client.
    pub fn new(url: impl Into<String>) -> Result<Self, ShopError> {
        Self::with(Client::builder().no_proxy(), url)
    }

    /// The same, over a connection that is set up in a way of your own.
    ///
    /// # Errors
    ///
    /// When reqwest cannot set up a client.
    pub fn with(client: ClientBuilder, url: impl Into<String>) -> Result<Self, ShopError> {
        // A redirect would be a second request within an attempt, of which
        // `#[retry_unsent]` knows nothing. reqwest's own retries of refused
        // requests stay: those were not executed.
        let http = client.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self {
            http,
            url: url.into(),
            budget: Budget::standard(),
            attempt_timeout: Duration::from_millis(500),
            known: Mutex::default(),
        })
    }

    /// What each attempt may take, in place of 500 ms: for a shop that is far away,
    /// or on a machine that has other things to do.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// What an item costs, in cents. A GET is safe: everything that may go
    /// better is tried again.
    ///
    /// # Errors
    ///
    /// [`ShopError`], once the retries have ended.
    #[retry(max = 3, backoff = exp(50ms, 2, 1s), timeout = self.attempt_timeout, deadline = 20s,
            budget = &self.budget)]
    pub async fn price(&self, item: &str) -> Result<u64, ShopError> {
        let response = self
            .http
            .get(format!("{}/price/{item}", self.url))
            .send()
            .await?;
        // A safe request is retried on 500 too.
        let price = check_safe(response)?.json().await?;
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(item.to_owned(), price);
        Ok(price)
    }

    /// The same, and where the shop stays away, the price it had last.
    ///
    /// # Errors
    ///
    /// [`ShopError`], for an item whose price was never known.
    #[retry(
        max = 1, backoff = fixed(50ms), timeout = self.attempt_timeout, budget = &self.budget,
        fallback = |error| self.last_price(item).ok_or(error),
    )]
    pub async fn price_or_last(&self, item: &str) -> Result<u64, ShopError> {
        let response = self
            .http
            .get(format!("{}/price/{item}", self.url))
            .send()
            .await?;
        Ok(check_safe(response)?.json().await?)
    }

    /// Places an order, whose number comes back. A POST may be executed although
    /// its answer is lost; the key, the same for all attempts of a call, lets the
    /// shop recognise the repetition.
    ///
    /// # Errors
    ///
    /// [`ShopError`], once the retries have ended.
    #[retry(max = 3, backoff = exp(50ms, 2, 1s), timeout = self.attempt_timeout, deadline = 20s,
            budget = &self.budget, key = key)]
    pub async fn order(&self, item: &str) -> Result<u64, ShopError> {
        let request = self.http.post(format!("{}/orders", self.url));
        let request = request
            .header(IDEMPOTENCY_KEY, key.to_string())
            .body(item.to_owned());
        Ok(check(request.send().await?)?.json().await?)
    }

    /// Places an order at a shop that knows no keys: retried only where it is
    /// certain that nothing was sent.
    ///
    /// # Errors
    ///
    /// [`ShopError`], at the first one that leaves a doubt.
    #[non_idempotent]
    #[retry_unsent(max = 3, backoff = fixed(50ms), timeout = self.attempt_timeout, budget = &self.budget)]
    pub async fn order_without_key(&self, item: &str) -> Result<u64, ShopError> {
        let request = self
            .http
            .post(format!("{}/orders", self.url))
            .body(item.to_owned());
        Ok(check(request.send().await?)?.json().await?)
    }

    fn last_price(&self, item: &str) -> Option<u64> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(item)
            .copied()
    }
}
