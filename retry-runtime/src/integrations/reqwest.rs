//! Errors and responses of reqwest 0.13. Behind the feature `reqwest`, which
//! turns on none of reqwest's own.
//!
//! `reqwest::Error` classifies itself:
//!
//! | failure | verdict |
//! | --- | --- |
//! | no connection: refused, host not found, TLS handshake failed, `connect_timeout` | not sent |
//! | a time-out, of the request or of a read | transient |
//! | the connection broke or was closed, during the request or the response's body | transient |
//! | HTTP/2: the peer reset the stream with `REFUSED_STREAM`, or said `GOAWAY` without an error | refused |
//! | the request's own body failed half-way: a stream of yours | as that error says, but never not sent or refused |
//! | HTTP/2: reset with `INTERNAL_ERROR`, `CANCEL`, `ENHANCE_YOUR_CALM` or `NO_ERROR` | transient |
//! | `error_for_status` | as the [status code](crate::http) says; `Retry-After` is lost there |
//! | an invalid request, too many redirects, a body that cannot be decoded, all else | permanent |
//!
//! reqwest by itself repeats requests that HTTP/2 refused; what is seen here is
//! what it gave up on.
//!
//! # Status codes
//!
//! `send` gives every response as an `Ok`. Give [`response`] to `on_ok`, and it is
//! retried by its status code, after what its `Retry-After` says:
//!
//! ```no_run
//! use retry_runtime::retry;
//!
//! struct Users {
//!     http: reqwest::Client,
//! }
//!
//! impl Users {
//!     #[retry(on_ok = retry_runtime::reqwest::response_for_safe)]
//!     async fn get(&self, id: u32) -> reqwest::Result<reqwest::Response> {
//!         self.http.get(format!("http://users.internal/{id}")).send().await
//!     }
//! }
//! # let _ = Users::get;
//! ```
//!
//! The response that comes back when retries end is the last one, whatever its
//! status. Where `error_for_status` has made an error of it, a safe request is
//! retried after a 500 too by `on`:
//!
//! ```
//! use retry_runtime::{Transient, Verdict, http, retry};
//!
//! fn safe(error: &reqwest::Error) -> Verdict {
//!     error.status().map_or_else(|| error.verdict(), http::for_safe)
//! }
//!
//! #[retry(on = safe)]
//! async fn get(client: &reqwest::Client, url: &str) -> reqwest::Result<String> {
//!     client.get(url).send().await?.error_for_status()?.text().await
//! }
//! # let _ = get;
//! ```
//!
//! # Time limits
//!
//! `reqwest::Error` cannot be made outside reqwest, so that a function that
//! returns it takes neither `timeout` nor `deadline`. Either the client has the
//! time-out (`ClientBuilder::timeout`, of each attempt), or the function returns an
//! error of your own around it:
//!
//! ```
//! use retry_runtime::{Elapsed, Transient, retry};
//!
//! #[derive(Debug, Transient)]
//! enum Error {
//!     #[transient(forward)]
//!     Http(reqwest::Error),
//!     #[transient]
//!     TooSlow(Elapsed),
//! }
//!
//! impl From<reqwest::Error> for Error {
//!     fn from(error: reqwest::Error) -> Self {
//!         Error::Http(error)
//!     }
//! }
//!
//! impl From<Elapsed> for Error {
//!     fn from(elapsed: Elapsed) -> Self {
//!         Error::TooSlow(elapsed)
//!     }
//! }
//!
//! #[retry(timeout = 1s, deadline = 5s)]
//! async fn greeting(http: &reqwest::Client, url: &str) -> Result<String, Error> {
//!     let response = http.get(url).send().await?.error_for_status()?;
//!     Ok(response.text().await?)
//! }
//! # let _ = greeting;
//! ```
//!
//! # What must not run twice
//!
//! "Not sent" and "refused" speak of the last request. A client that follows
//! redirects may have sent another one before, which was executed: for a method
//! under `#[retry_unsent]`, turn them off with
//! `ClientBuilder::redirect(reqwest::redirect::Policy::none())`.

use super::classify::judge;
use super::hyper::of_callers_body;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::reqwest::{Error, Response};
use std::error::Error as _;

/// By the table in [`retry_runtime::reqwest`](crate::reqwest).
///
/// ```
/// use retry_runtime::Transient;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
/// # let address = free.local_addr().unwrap();
/// # drop(free);
/// let error = reqwest::get(format!("http://{address}")).await.unwrap_err(); // nobody listens
/// assert!(error.verdict().is_unexecuted());
///
/// let error = reqwest::get("no scheme").await.unwrap_err();
/// assert!(!error.verdict().is_retryable());
/// # }
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        if self.is_builder() || self.is_redirect() || self.is_upgrade() {
            Verdict::permanent()
        } else if let Some(status) = self.status() {
            status.verdict()
        } else if let Some(verdict) = of_callers_body(self) {
            // Before `is_connect`, which finds the failed connection of another
            // request that the body was read from.
            verdict
        } else if self.is_connect() {
            // Before `is_timeout`: a connection that took too long sent nothing.
            Verdict::not_sent()
        } else if self.is_timeout() {
            Verdict::transient()
        } else {
            // A body that breaks off is a decoding error in reqwest's eyes: only
            // its source tells it from one that cannot be decoded.
            let verdict = self.source().map_or(Verdict::permanent(), judge);
            if self.is_body() || self.is_decode() {
                // The server had begun to answer.
                verdict.unproven()
            } else {
                verdict
            }
        }
    }
}

/// What a response says about trying again, by its status code and its
/// `Retry-After`: [`http::verdict`](crate::http::verdict), for `on_ok`.
///
/// ```
/// # use http::{Response, StatusCode};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
/// #     answer.into()
/// # }
/// let unavailable: reqwest::Response = answer(); // 503
/// assert!(retry_runtime::reqwest::response(&unavailable).is_retryable());
/// ```
#[must_use]
pub fn response(response: &Response) -> Verdict {
    crate::http::verdict(response.status(), response.headers())
}

/// As [`response`], where the request only reads: 500 is transient too.
///
/// ```
/// # use http::{Response, StatusCode};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
/// #     answer.into()
/// # }
/// let failed: reqwest::Response = answer(); // 500
/// assert!(retry_runtime::reqwest::response_for_safe(&failed).is_retryable());
/// assert!(!retry_runtime::reqwest::response(&failed).is_retryable());
/// ```
#[must_use]
pub fn response_for_safe(response: &Response) -> Verdict {
    crate::http::verdict_for_safe(response.status(), response.headers())
}
