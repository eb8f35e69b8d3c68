//! Answers of HTTP servers: what a status code says about trying again, and
//! what `Retry-After` says about when. Behind the feature `http`.
//!
//! | status | any request | a safe one | against the service | source |
//! | --- | --- | --- | --- | --- |
//! | 408 Request Timeout | transient | transient | yes | RFC 9110, 15.5.9 |
//! | 413 Content Too Large, with `Retry-After` | transient | transient | yes | RFC 9110, 15.5.14 |
//! | 425 Too Early | transient | transient | yes | RFC 8470, 5.2 |
//! | 429 Too Many Requests | transient | transient | yes, overloaded | RFC 6585, 4 |
//! | 500 Internal Server Error | permanent | transient | yes | RFC 9110, 15.6.1 |
//! | 502 Bad Gateway, 504 Gateway Timeout | transient | transient | yes | RFC 9110, 15.6 |
//! | 503 Service Unavailable | transient | transient | yes, overloaded | RFC 9110, 15.6.4 |
//! | 506, 507 Insufficient Storage, 508 | permanent | permanent | yes | RFC 2295, 4918 and 5842 |
//! | a 5xx that is not registered | permanent | transient | yes | as 500: RFC 9110, 15 |
//! | all others | permanent | permanent | no | |
//!
//! - **No status is a proof** that the request was not executed: a server may
//!   answer 429 or 503 after half of the work. So there is no
//!   [`refused`](Verdict::refused) here. Where you know your server better, say
//!   so in a function of your own for `on` or `on_ok`.
//! - **500** is most often a fault that the same request meets again, half-way
//!   through its work. Where the request only reads (GET, HEAD, OPTIONS), another
//!   attempt costs nothing but the load: [`for_safe`], [`verdict_for_safe`] and
//!   [`classify_safe`] are for those. Retried or not, a circuit breaker counts it
//!   as a failure of the service.
//! - **`Retry-After`** is the server's push-back ([`Verdict::with_pushback`]): the
//!   seconds or the date that [`retry_after`] reads. Each client waits up to a
//!   quarter longer ([`Verdict::with_spread`]), so that not all of those who were
//!   told the same come back in one instant. Zero, or a date that has passed, asks
//!   for no wait in particular: the backoff's wait is kept, so that a clock that is
//!   wrong does not turn retries into a storm.
//!
//! # Which way to use it
//!
//! A client returns the response of a server that is overloaded as an `Ok`: give
//! [`classify_response`] to `on_ok`, and the last response comes back when retries
//! end.
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
//! #[retry(on_ok = retry_runtime::http::classify_response, attempt = at, backoff = none)]
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
//! Or make it an error of your own that keeps the verdict, see [`verdict`]; for
//! reqwest there is `retry_runtime::reqwest::check`.

pub use super::retry_after::retry_after;

use crate::transient::Transient;
use crate::verdict::Verdict;
use ::http::header::RETRY_AFTER;
use ::http::{HeaderMap, Response, StatusCode};
use std::time::{Duration, SystemTime};

/// By the table in [`retry_runtime::http`](crate::http), where no header is at hand.
///
/// ```
/// use http::StatusCode;
/// use retry_runtime::Transient;
///
/// assert!(StatusCode::SERVICE_UNAVAILABLE.verdict().is_retryable());
/// assert!(!StatusCode::NOT_FOUND.verdict().is_retryable());
///
/// let failed = StatusCode::INTERNAL_SERVER_ERROR.verdict();
/// assert!(!failed.is_retryable() && failed.is_against_service());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for StatusCode {
    fn verdict(&self) -> Verdict {
        match *self {
            Self::TOO_MANY_REQUESTS | Self::SERVICE_UNAVAILABLE => {
                Verdict::transient().overloaded()
            }
            Self::REQUEST_TIMEOUT | Self::TOO_EARLY | Self::BAD_GATEWAY => Verdict::transient(),
            Self::GATEWAY_TIMEOUT => Verdict::transient().timed_out(),
            status => Verdict::permanent().against_service(is_servers_fault(status)),
        }
    }
}

/// Of those that are not transient: the server failed, and not for what it was asked.
fn is_servers_fault(status: StatusCode) -> bool {
    is_as_500(status)
        || matches!(
            status,
            StatusCode::VARIANT_ALSO_NEGOTIATES
                | StatusCode::INSUFFICIENT_STORAGE
                | StatusCode::LOOP_DETECTED
        )
}

/// A status code that is not known counts as the x00 of its class (RFC 9110, 15).
fn is_as_500(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 509 | 512..=599)
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
    if is_as_500(status) {
        Verdict::transient()
    } else {
        status.verdict()
    }
}

/// What a status code and the `Retry-After` beside it say about trying again.
///
/// A date is compared with this machine's clock. Without a `Retry-After`, or
/// with one that is no wait, the verdict is the status code's own. 413 is transient
/// only with one.
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
/// assert_eq!(refusal.verdict().pushback(), Some(Duration::from_secs(2)));
/// # let _ = refusal.status;
/// ```
#[must_use]
pub fn verdict(status: StatusCode, headers: &HeaderMap) -> Verdict {
    with_retry_after(status, status.verdict(), headers)
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
    with_retry_after(status, for_safe(status), headers)
}

/// [`verdict`] of a response, for `on_ok`.
///
/// ```
/// use http::{Response, StatusCode};
///
/// let mut answer = Response::new("over capacity");
/// *answer.status_mut() = StatusCode::TOO_MANY_REQUESTS;
/// assert!(retry_runtime::http::classify_response(&answer).is_retryable());
/// ```
#[must_use]
pub fn classify_response<B>(response: &Response<B>) -> Verdict {
    verdict(response.status(), response.headers())
}

/// [`verdict_for_safe`] of a response, for `on_ok`.
///
/// ```
/// use http::{Response, StatusCode};
///
/// let mut answer = Response::new("a bug, or a node that is going down");
/// *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
/// assert!(retry_runtime::http::classify_safe(&answer).is_retryable());
/// ```
#[must_use]
pub fn classify_safe<B>(response: &Response<B>) -> Verdict {
    verdict_for_safe(response.status(), response.headers())
}

fn with_retry_after(status: StatusCode, verdict: Verdict, headers: &HeaderMap) -> Verdict {
    let is_too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
    if !verdict.is_retryable() && !is_too_large {
        return verdict;
    }
    let Some(wait) = wait(headers) else {
        return verdict;
    };
    let verdict = if is_too_large {
        // That there is a `Retry-After` says that it is so for now only.
        Verdict::transient()
    } else {
        verdict
    };
    if wait.is_zero() {
        verdict
    } else {
        verdict.with_pushback(wait).with_spread()
    }
}

/// The longest, should there be more than one.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(RETRY_AFTER).iter();
    values
        .filter_map(|value| retry_after(value.to_str().ok()?, SystemTime::now()))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::http::HeaderValue;

    const TRANSIENT: [u16; 6] = [408, 425, 429, 502, 503, 504];
    const SEVEN: Duration = Duration::from_secs(7);
    const NOT_REGISTERED: [u16; 3] = [509, 520, 599];

    fn headers(value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).unwrap();
        HeaderMap::from_iter([(RETRY_AFTER, value)])
    }

    #[test]
    fn no_other_status_is_retried() {
        for code in 100..1000 {
            let status = StatusCode::from_u16(code).unwrap();
            let transient = TRANSIENT.contains(&code);
            assert_eq!(status.verdict().is_retryable(), transient, "{code}");
            let as_500 = matches!(code, 500 | 509 | 512..=599);
            let safe = for_safe(status).is_retryable();
            assert_eq!(safe, transient || as_500, "{code}");
            assert!(!status.verdict().is_unexecuted(), "{code}");
        }
    }

    #[test]
    fn what_the_server_is_at_fault_for_speaks_against_it() {
        let against = |code| {
            let status = StatusCode::from_u16(code).unwrap();
            assert_eq!(
                for_safe(status).is_against_service(),
                status.verdict().is_against_service(),
                "{code}"
            );
            status.verdict().is_against_service()
        };
        for code in TRANSIENT.iter().chain(&NOT_REGISTERED) {
            assert!(against(*code), "{code}");
        }
        for code in [500, 506, 507, 508] {
            assert!(against(code), "{code}");
        }
        for code in [200, 301, 400, 404, 409, 413, 501, 505, 510, 511, 600] {
            assert!(!against(code), "{code}");
        }
        for code in 100..600 {
            let verdict = StatusCode::from_u16(code).unwrap().verdict();
            assert_eq!(verdict.is_overloaded(), matches!(code, 429 | 503), "{code}");
        }
    }

    #[test]
    fn too_large_is_for_now_only_where_the_server_says_so() {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        assert_eq!(verdict(status, &headers("7")).pushback(), Some(SEVEN));
        assert_eq!(verdict(status, &headers("0")), Verdict::transient());
        assert_eq!(verdict(status, &headers("soon")), Verdict::permanent());
        assert_eq!(verdict(status, &HeaderMap::new()), Verdict::permanent());
    }

    #[test]
    fn retry_after_is_push_back() {
        let verdict = verdict(StatusCode::TOO_MANY_REQUESTS, &headers("7"));
        assert_eq!(verdict.pushback(), Some(SEVEN));
        assert!(verdict.spreads());
        let verdict = verdict_for_safe(StatusCode::INTERNAL_SERVER_ERROR, &headers("7"));
        assert_eq!(verdict.pushback(), Some(SEVEN));
    }

    #[test]
    fn of_two_waits_the_longer_one_is_kept_to() {
        let mut headers = headers("7");
        for value in ["soon", "2"] {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        let verdict = verdict(StatusCode::SERVICE_UNAVAILABLE, &headers);
        assert_eq!(verdict.pushback(), Some(SEVEN));
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
            assert_eq!(verdict, Verdict::transient().overloaded(), "{value}");
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
