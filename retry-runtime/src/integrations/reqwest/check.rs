//! A response that is a failure, as an error that keeps its verdict.

use super::super::http;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::reqwest::header::HeaderMap;
use ::reqwest::{Response, StatusCode, Url};
use std::error::Error;
use std::fmt;

/// Makes an error of a response whose status code is 4xx or 5xx, as
/// `Response::error_for_status` does, and keeps what its status code and its
/// `Retry-After` say about trying again.
///
/// # Errors
///
/// [`StatusError`], for a 4xx or 5xx.
///
/// ```
/// # use http::{Response, StatusCode, header::RETRY_AFTER};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
/// #     answer.headers_mut().insert(RETRY_AFTER, 2.into());
/// #     answer.into()
/// # }
/// use retry_runtime::Transient;
/// use retry_runtime::reqwest::check;
/// use std::time::Duration;
///
/// let busy: reqwest::Response = answer(); // 503, with "Retry-After: 2"
/// let error = check(busy).unwrap_err();
/// assert_eq!(error.status(), 503);
/// assert_eq!(error.verdict().pushback(), Some(Duration::from_secs(2)));
/// ```
pub fn check(response: Response) -> Result<Response, StatusError> {
    check_by(http::verdict, response)
}

/// As [`check`], where the request only reads: 500 is transient too.
///
/// # Errors
///
/// [`StatusError`], for a 4xx or 5xx.
///
/// ```
/// # use http::{Response, StatusCode};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
/// #     answer.into()
/// # }
/// use retry_runtime::Transient;
/// use retry_runtime::reqwest::check_safe;
///
/// let failed: reqwest::Response = answer(); // 500
/// assert!(check_safe(failed).unwrap_err().verdict().is_retryable());
/// ```
pub fn check_safe(response: Response) -> Result<Response, StatusError> {
    check_by(http::verdict_for_safe, response)
}

fn check_by(
    classify: fn(StatusCode, &HeaderMap) -> Verdict,
    response: Response,
) -> Result<Response, StatusError> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return Ok(response);
    }
    Err(StatusError {
        status,
        verdict: classify(status, response.headers()),
        url: Box::new(response.url().clone()),
    })
}

/// A response whose status code is 4xx or 5xx, made by [`check`].
///
/// ```
/// # use http::{Response, StatusCode};
/// # fn answer() -> reqwest::Response {
/// #     let mut answer = Response::new("");
/// #     *answer.status_mut() = StatusCode::NOT_FOUND;
/// #     answer.into()
/// # }
/// use retry_runtime::reqwest::{StatusError, check};
///
/// let missing: reqwest::Response = answer(); // 404
/// let error: StatusError = check(missing).unwrap_err();
/// assert!(error.to_string().starts_with("the server answered 404 Not Found"));
/// ```
#[derive(Clone, Debug)]
pub struct StatusError {
    status: StatusCode,
    verdict: Verdict,
    // A `Url` is large, and a `Result` that can hold it would be too.
    url: Box<Url>,
}

impl StatusError {
    /// The status code.
    ///
    /// ```
    /// use retry_runtime::reqwest::StatusError;
    ///
    /// fn is_missing(error: &StatusError) -> bool {
    ///     error.status() == 404
    /// }
    /// # let _ = is_missing;
    /// ```
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The URL that gave the answer, after redirects.
    ///
    /// ```
    /// use retry_runtime::reqwest::StatusError;
    ///
    /// fn host(error: &StatusError) -> Option<&str> {
    ///     error.url().host_str()
    /// }
    /// # let _ = host;
    /// ```
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server answered {} ({})", self.status, self.url)
    }
}

impl Error for StatusError {}

/// What status code and `Retry-After` said when the response was checked.
#[diagnostic::do_not_recommend]
impl Transient for StatusError {
    fn verdict(&self) -> Verdict {
        self.verdict
    }
}
