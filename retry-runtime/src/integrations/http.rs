//! Answers of HTTP servers: what a status code says about trying again, and
//! what `Retry-After` says about when. Behind the feature `http`.
//!
//! | status | any request | a safe one | source |
//! | --- | --- | --- | --- |
//! | 408 Request Timeout | transient | transient | RFC 9110, 15.5.9 |
//! | 425 Too Early | transient | transient | RFC 8470, 5.2 |
//! | 429 Too Many Requests | transient | transient | RFC 6585, 4 |
//! | 500 Internal Server Error | permanent | transient | RFC 9110, 15.6.1 |
//! | 502 Bad Gateway, 503 Service Unavailable, 504 Gateway Timeout | transient | transient | RFC 9110, 15.6 |
//! | all others | permanent | permanent | |
//!
//! - **No status is a proof** that the request was not executed: a server may
//!   answer 429 or 503 after half of the work. So there is no
//!   [`refused`](Verdict::refused) here. Where you know your server better, say
//!   so in a function of your own for `on` or `on_ok`.
//! - **500** is most often a fault that the same request meets again, half-way
//!   through its work. Where the request only reads (GET, HEAD, OPTIONS), another
//!   attempt costs nothing but the load: [`for_safe`], [`verdict_for_safe`] and
//!   [`response_for_safe`] are for those.
//! - **`Retry-After`** is the server's push-back ([`Verdict::with_pushback`]): the
//!   seconds or the date that [`retry_after`] reads. Zero, or a date that has
//!   passed, asks for no wait in particular: the backoff's wait is kept, so that
//!   a clock that is wrong does not turn retries into a storm.
//!
//! # Which way to use it
//!
//! A client returns the response of a server that is overloaded as an `Ok`: give
//! [`response`] to `on_ok`, and the last response comes back when retries end.
//!
//! ```
//! use http::{Response, StatusCode};
//! use retry_runtime::retry;
//! use std::io;
//!
//! # async fn send(number: u32) -> io::Result<Response<()>> {
//! #     let mut response = Response::new(());
//! #     if number < 3 { *response.status_mut() = StatusCode::BAD_GATEWAY }
//! #     Ok(response)
//! # }
//! #[retry(on_ok = retry_runtime::http::response, attempt = at, backoff = none)]
//! async fn call() -> io::Result<Response<()>> {
//!     send(at.number()).await // 502, 502, 200
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! assert_eq!(call().await.unwrap().status(), StatusCode::OK);
//! # }
//! ```
//!
//! Or make it an error of your own that keeps the verdict, see [`verdict`].

pub use super::retry_after::retry_after;

use crate::transient::Transient;
use crate::verdict::Verdict;
use ::http::header::RETRY_AFTER;
use ::http::{HeaderMap, Response, StatusCode};
use std::time::SystemTime;

/// 408, 425, 429, 502, 503 and 504 are transient, all others permanent: see
/// [`retry_runtime::http`](crate::http) for the reasons.
///
/// ```
/// use http::StatusCode;
/// use retry_runtime::Transient;
///
/// assert!(StatusCode::SERVICE_UNAVAILABLE.verdict().is_retryable());
/// assert!(!StatusCode::INTERNAL_SERVER_ERROR.verdict().is_retryable());
/// assert!(!StatusCode::NOT_FOUND.verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for StatusCode {
    fn verdict(&self) -> Verdict {
        Verdict::from(matches!(
            *self,
            Self::REQUEST_TIMEOUT
                | Self::TOO_EARLY
                | Self::TOO_MANY_REQUESTS
                | Self::BAD_GATEWAY
                | Self::SERVICE_UNAVAILABLE
                | Self::GATEWAY_TIMEOUT
        ))
    }
}

/// A status code's verdict where the request only reads: 500 is transient too.
///
/// ```
/// use http::StatusCode;
/// use retry_runtime::http::for_safe;
///
/// assert!(for_safe(StatusCode::INTERNAL_SERVER_ERROR).is_retryable());
/// assert!(!for_safe(StatusCode::NOT_IMPLEMENTED).is_retryable());
/// ```
#[must_use]
pub fn for_safe(status: StatusCode) -> Verdict {
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        Verdict::transient()
    } else {
        status.verdict()
    }
}

/// What a status code and the `Retry-After` beside it say about trying again.
///
/// A date is compared with this machine's clock. Without a `Retry-After`, or
/// with one that is no wait, the verdict is the status code's own.
///
/// For an error of your own, made where the response is at hand:
///
/// ```
/// use http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
/// use retry_runtime::{Transient, Verdict};
/// use std::time::Duration;
///
/// struct Refusal {
///     status: StatusCode,
///     verdict: Verdict,
/// }
///
/// impl Refusal {
///     fn new(status: StatusCode, headers: &HeaderMap) -> Self {
///         let verdict = retry_runtime::http::verdict(status, headers);
///         Self { status, verdict }
///     }
/// }
///
/// impl Transient for Refusal {
///     fn verdict(&self) -> Verdict {
///         self.verdict
///     }
/// }
///
/// let mut headers = HeaderMap::new();
/// headers.insert(RETRY_AFTER, HeaderValue::from_static("2"));
/// let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, &headers);
/// assert_eq!(refusal.verdict(), Verdict::transient().with_pushback(Duration::from_secs(2)));
/// # let _ = refusal.status;
/// ```
#[must_use]
pub fn verdict(status: StatusCode, headers: &HeaderMap) -> Verdict {
    with_retry_after(status.verdict(), headers)
}

/// As [`verdict`], where the request only reads: 500 is transient too.
///
/// ```
/// use http::{HeaderMap, StatusCode};
/// use retry_runtime::http::verdict_for_safe;
///
/// let verdict = verdict_for_safe(StatusCode::INTERNAL_SERVER_ERROR, &HeaderMap::new());
/// assert!(verdict.is_retryable());
/// ```
#[must_use]
pub fn verdict_for_safe(status: StatusCode, headers: &HeaderMap) -> Verdict {
    with_retry_after(for_safe(status), headers)
}

/// [`verdict`] of a response, for `on_ok`.
///
/// ```
/// use http::{Response, StatusCode};
///
/// let mut answer = Response::new("over capacity");
/// *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
/// assert!(retry_runtime::http::response(&answer).is_retryable());
/// ```
#[must_use]
pub fn response<B>(response: &Response<B>) -> Verdict {
    verdict(response.status(), response.headers())
}

/// [`verdict_for_safe`] of a response, for `on_ok`.
///
/// ```
/// use http::{Response, StatusCode};
///
/// let mut answer = Response::new("a bug, or a node that is going down");
/// *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
/// assert!(retry_runtime::http::response_for_safe(&answer).is_retryable());
/// ```
#[must_use]
pub fn response_for_safe<B>(response: &Response<B>) -> Verdict {
    verdict_for_safe(response.status(), response.headers())
}

fn with_retry_after(verdict: Verdict, headers: &HeaderMap) -> Verdict {
    // The clock is read only where there is something to compare with it.
    if !verdict.is_retryable() {
        return verdict;
    }
    let value = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    match value.and_then(|value| retry_after(value, SystemTime::now())) {
        Some(wait) if !wait.is_zero() => verdict.with_pushback(wait),
        _ => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;
    use std::time::Duration;

    const TRANSIENT: [u16; 6] = [408, 425, 429, 502, 503, 504];

    fn headers(value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).unwrap();
        HeaderMap::from_iter([(RETRY_AFTER, value)])
    }

    #[test]
    fn no_other_status_is_retried() {
        for code in 100..1000 {
            let status = StatusCode::from_u16(code).unwrap();
            let transient = TRANSIENT.contains(&code);
            assert_eq!(status.verdict(), Verdict::from(transient), "{code}");
            assert_eq!(
                for_safe(status),
                Verdict::from(transient || code == 500),
                "{code}"
            );
        }
    }

    #[test]
    fn retry_after_is_push_back() {
        let verdict = verdict(StatusCode::TOO_MANY_REQUESTS, &headers("7"));
        assert_eq!(verdict.pushback(), Some(Duration::from_secs(7)));
        let verdict = verdict_for_safe(StatusCode::INTERNAL_SERVER_ERROR, &headers("7"));
        assert_eq!(verdict.pushback(), Some(Duration::from_secs(7)));
    }

    #[test]
    fn a_date_is_compared_with_the_clock() {
        let date = SystemTime::now() + Duration::from_secs(3600);
        let headers = headers(&httpdate::fmt_http_date(date));
        let wait = verdict(StatusCode::SERVICE_UNAVAILABLE, &headers).pushback();
        let wait = wait.expect("the date is an hour ahead");
        // A date has no fractions, and the test takes some time itself.
        assert!(wait <= Duration::from_secs(3600), "{wait:?}");
        assert!(wait > Duration::from_secs(3000), "{wait:?}");
    }

    #[test]
    fn no_wait_leaves_the_backoff_its_own() {
        for value in ["0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-1"] {
            let verdict = verdict(StatusCode::SERVICE_UNAVAILABLE, &headers(value));
            assert_eq!(verdict, Verdict::transient(), "{value}");
        }
        let binary = HeaderValue::from_bytes(b"\xff").unwrap();
        let headers = HeaderMap::from_iter([(RETRY_AFTER, binary)]);
        assert_eq!(
            verdict(StatusCode::BAD_GATEWAY, &headers),
            Verdict::transient()
        );
    }

    #[test]
    fn retry_after_makes_nothing_retryable() {
        for status in [
            StatusCode::OK,
            StatusCode::MOVED_PERMANENTLY,
            StatusCode::NOT_FOUND,
        ] {
            assert_eq!(verdict(status, &headers("7")), Verdict::permanent());
        }
    }
}
