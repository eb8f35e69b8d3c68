//! Errors and responses of reqwest 0.13. Behind the feature `reqwest`, which
//! turns on none of reqwest's own.
//!
//! `send` gives every response as an `Ok`, and `error_for_status` makes an error of
//! it that has lost the `Retry-After`. [`check`] makes one that keeps its verdict, and
//! [`Error`] takes it in through `?`, beside reqwest's own and the time limits:
//!
//! ```no_run
//! use retry_runtime::reqwest::{Error, check_safe};
//! use retry_runtime::retry;
//!
//! struct Users {
//!     http: reqwest::Client,
//! }
//!
//! impl Users {
//!     #[retry(timeout = 1s, deadline = 5s)]
//!     async fn name(&self, id: u32) -> Result<String, Error> {
//!         let response = self.http.get(format!("http://users.internal/{id}")).send().await?;
//!         Ok(check_safe(response)?.text().await?)
//!     }
//! }
//! # let _ = Users::name;
//! ```
//!
//! # What reqwest's own error says
//!
//! | failure | verdict |
//! | --- | --- |
//! | no connection: refused, TLS handshake failed, `connect_timeout`, a name that is not found for the moment or for a reason that is not known | not sent |
//! | a name that does not exist, as far as the system tells | permanent |
//! | a time-out, of the request or of a read | transient, timed out |
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
//! # Responses as they are
//!
//! Where the response is to come back whatever its status, give [`classify_response`]
//! or [`classify_safe`] to `on_ok`: it is retried by its status code, after what its
//! `Retry-After` says, and the last one comes back when retries end.
//!
//! ```no_run
//! use retry_runtime::retry;
//!
//! #[retry(on_ok = retry_runtime::reqwest::classify_safe)]
//! async fn get(http: &reqwest::Client, url: &str) -> reqwest::Result<reqwest::Response> {
//!     http.get(url).send().await
//! }
//! # let _ = get;
//! ```
//!
//! # Time limits
//!
//! `reqwest::Error` cannot be made outside reqwest, so that a function that
//! returns it takes neither `timeout` nor `deadline`. Either the client has the
//! time-out (`ClientBuilder::timeout`, of each attempt), or the function returns
//! [`Error`], or one of your own around it:
//!
//! ```
//! use retry_runtime::reqwest::{StatusError, check};
//! use retry_runtime::{Elapsed, Transient, retry};
//!
//! #[derive(Debug, Transient)]
//! enum Error {
//!     #[transient(forward)]
//!     Http(reqwest::Error),
//!     #[transient(forward)]
//!     Status(StatusError),
//!     #[transient]
//!     TooSlow(Elapsed),
//!     NoSuchGreeting,
//! }
//! # macro_rules! from { ($($variant:ident($inner:ty),)*) => { $(
//! #     impl From<$inner> for Error { fn from(inner: $inner) -> Self { Error::$variant(inner) } }
//! # )* } }
//! # from! { Http(reqwest::Error), Status(StatusError), TooSlow(Elapsed), }
//!
//! // `From` of each, by thiserror's `#[from]` for instance
//!
//! #[retry(timeout = 1s, deadline = 5s)]
//! async fn greeting(http: &reqwest::Client, url: &str) -> Result<String, Error> {
//!     let response = http.get(url).send().await?;
//!     if response.status() == 404 {
//!         return Err(Error::NoSuchGreeting);
//!     }
//!     Ok(check(response)?.text().await?)
//! }
//! # let _ = greeting;
//! ```
//!
//! # What must not run twice
//!
//! "Not sent" and "refused" speak of the last request. A client that follows
//! redirects, or that retries by a policy of its own (`ClientBuilder::retry`), may
//! have sent another one before, which was executed: for a method under
//! `#[retry_unsent]`, turn them off with
//! `ClientBuilder::redirect(reqwest::redirect::Policy::none())` and
//! `ClientBuilder::retry(reqwest::retry::never())`.

pub(super) mod check;
pub(super) mod error;

pub use self::check::{StatusError, check, check_safe};
pub use self::error::Error;

use super::reqwest_versions;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::reqwest::Response;

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
impl Transient for ::reqwest::Error {
    fn verdict(&self) -> Verdict {
        reqwest_versions::verdict!(self)
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
/// assert!(retry_runtime::reqwest::classify_response(&unavailable).is_retryable());
/// ```
#[must_use]
pub fn classify_response(response: &Response) -> Verdict {
    crate::http::verdict(response.status(), response.headers())
}

/// As [`classify_response`], where the request only reads: 500 is transient too.
///
/// ```
/// # use http::{Response, StatusCode};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
/// #     answer.into()
/// # }
/// let failed: reqwest::Response = answer(); // 500
/// assert!(retry_runtime::reqwest::classify_safe(&failed).is_retryable());
/// assert!(!retry_runtime::reqwest::classify_response(&failed).is_retryable());
/// ```
#[must_use]
pub fn classify_safe(response: &Response) -> Verdict {
    crate::http::verdict_for_safe(response.status(), response.headers())
}
