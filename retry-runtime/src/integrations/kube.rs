//! `kube::Error`, of kube 5, and what the API's server answers.

use super::classify::{classify, judge};
use super::known::KnownType;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::http::StatusCode;
use ::kube_client::Error;
use ::kube_client::core::Status;
use std::time::Duration;

/// The reason of a 500 that asks the client to come again.
const SERVER_TIMEOUT: &str = "ServerTimeout";

/// An answer of the API's server, by its code and by what it asks for in
/// `details.retryAfterSeconds`:
///
/// | `code`, `reason` | verdict |
/// | --- | --- |
/// | 429 `TooManyRequests`, 503 `ServiceUnavailable` | transient, overloaded |
/// | 408, 502, 504 `Timeout` | transient, the last one timed out |
/// | 500 `ServerTimeout` | transient, timed out |
/// | other 5xx that say when to come again | transient |
/// | 500 `InternalError` | permanent, against the service |
/// | 409 `Conflict`, `AlreadyExists` | permanent |
/// | 400, 401, 403, 404, 410 `Expired`, 422 `Invalid`, all else | permanent |
///
/// What the server says in `retryAfterSeconds` is its push-back where the verdict is
/// transient. That is client-go's rule (`SuggestsClientDelay`), but for the codes below
/// 500, where the wait is for another action than the same request.
///
/// ```
/// use kube_client as kube;
/// use kube::core::Status;
/// use retry_runtime::Transient;
///
/// assert!(Status::failure("", "TooManyRequests").with_code(429).verdict().is_retryable());
/// assert!(!Status::failure("", "Conflict").with_code(409).verdict().is_retryable());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Status {
    fn verdict(&self) -> Verdict {
        let code = StatusCode::from_u16(self.code).ok();
        let verdict = code.map_or(Verdict::permanent(), |code| code.verdict());
        let details = self.details.as_ref();
        let wait = details.map_or(0, |details| details.retry_after_seconds);
        let asks_again = wait > 0 && code.is_some_and(|code| code.is_server_error());
        let verdict = if self.reason == SERVER_TIMEOUT {
            Verdict::transient().timed_out()
        } else if asks_again && !verdict.is_retryable() {
            Verdict::transient()
        } else {
            verdict
        };
        if wait == 0 || !verdict.is_retryable() {
            return verdict;
        }
        let wait = Duration::from_secs(wait.into());
        verdict.with_pushback(wait).with_spread()
    }
}

/// | error | verdict |
/// | --- | --- |
/// | `Api`, an answer of the server | as its `Status` says, see there |
/// | `Service`, `HyperError`, `ReadEvents`, `Auth`, of the connection or of a token | as what is inside: a connection that was refused or lost, a time-out are transient |
/// | `SerdeError`, `BuildRequest`, `Discovery`, `InferConfig`, all else | permanent |
///
/// **A 409 is another question.** Somebody else has changed the object, and the same
/// request would meet the same conflict: retry the function that reads, changes and
/// replaces, with
/// `on = |error| matches!(error, kube::Error::Api(status) if status.is_conflict())`,
/// `nested = allow` and `budget = none`.
///
/// **A 500 of a request that only reads** is worth another try:
/// [`http::for_safe`](crate::http::for_safe) of the code says so, in a predicate for `on`.
///
/// **The client retries by itself**, 429, 503 and 504 up to 15 times: so nothing is "not
/// sent" or "refused". Where the retries of this crate are to be the ones that count, for
/// their budget and their deadline, set `default_retry: false` in its `Config`.
///
/// ```
/// use kube_client as kube;
/// use kube::core::Status;
/// use retry_runtime::retry;
///
/// #[retry(max = 1, backoff = none, attempt = at)]
/// async fn pod(name: &str) -> Result<String, kube::Error> {
///     if at.is_retry() {
///         return Ok(name.to_owned());
///     }
///     // pods.get(name).await
///     let busy = Status::failure("the server is busy", "ServiceUnavailable").with_code(503);
///     Err(kube::Error::Api(busy.boxed()))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(pod("web-0").await.unwrap(), "web-0");
/// # }
/// ```
#[diagnostic::do_not_recommend]
impl Transient for Error {
    fn verdict(&self) -> Verdict {
        judge(self)
    }
}

impl KnownType for Error {
    fn known(&self) -> Option<Verdict> {
        match self {
            Self::Api(status) => Some(status.verdict()),
            Self::ProxyProtocolUnsupported { .. }
            | Self::ProxyProtocolDisabled { .. }
            | Self::FromUtf8(_)
            | Self::LinesCodecMaxLineLengthExceeded
            | Self::HttpError(_)
            | Self::SerdeError(_)
            | Self::BuildRequest(_)
            | Self::InferConfig(_)
            | Self::Discovery(_)
            | Self::TlsRequired
            | Self::InferKubeconfig(_) => Some(Verdict::permanent()),
            // Of the connection, by what is inside.
            _ => std::error::Error::source(self)
                .and_then(classify)
                .map(Verdict::unproven),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::kube_client::{Client, Config};
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// An answer as the server writes it.
    fn answer(code: u16, reason: &str, retry_after: u32) -> Status {
        serde_json::from_value(serde_json::json!({
            "kind": "Status",
            "apiVersion": "v1",
            "status": "Failure",
            "message": "as the server says it",
            "reason": reason,
            "details": { "kind": "pods", "retryAfterSeconds": retry_after },
            "code": code,
        }))
        .unwrap()
    }

    #[test]
    fn answers_are_judged_by_their_code() {
        let busy = Verdict::transient().overloaded();
        let timed_out = Verdict::transient().timed_out();
        let at_fault = Verdict::permanent().against_service(true);
        for (code, reason, expected) in [
            (400, "BadRequest", Verdict::permanent()),
            (401, "Unauthorized", Verdict::permanent()),
            (403, "Forbidden", Verdict::permanent()),
            (404, "NotFound", Verdict::permanent()),
            (408, "", Verdict::transient()),
            (409, "Conflict", Verdict::permanent()),
            (409, "AlreadyExists", Verdict::permanent()),
            (410, "Expired", Verdict::permanent()),
            (422, "Invalid", Verdict::permanent()),
            (429, "TooManyRequests", busy),
            (500, "InternalError", at_fault),
            (500, "ServerTimeout", timed_out),
            (502, "", Verdict::transient()),
            (503, "ServiceUnavailable", busy),
            (504, "Timeout", timed_out),
            (0, "", Verdict::permanent()),
        ] {
            let status = answer(code, reason, 0);
            assert_eq!(status.verdict(), expected, "{code} {reason}");
            let error = Error::Api(status.boxed());
            assert_eq!(error.verdict(), expected, "{code} {reason}");
        }
    }

    #[test]
    fn the_server_says_when_to_come_again() {
        let wait = |code, reason| answer(code, reason, 7).verdict().pushback();
        let seven = Some(Duration::from_secs(7));
        for (code, reason) in [
            (429, "TooManyRequests"),
            (500, "ServerTimeout"),
            (500, "InternalError"),
            (503, "ServiceUnavailable"),
            (504, "Timeout"),
        ] {
            assert_eq!(wait(code, reason), seven, "{code} {reason}");
        }
        // For these it would be another request that is made later.
        assert_eq!(
            answer(409, "AlreadyExists", 7).verdict(),
            Verdict::permanent()
        );
        assert_eq!(answer(404, "NotFound", 7).verdict(), Verdict::permanent());
        assert!(answer(429, "TooManyRequests", 7).verdict().spreads());
    }

    /// What the client makes of a server at this address.
    async fn error(address: &str) -> Error {
        let mut config = Config::new(format!("http://{address}").parse().unwrap());
        config.default_retry = false;
        let client = Client::try_from(config).unwrap();
        client.apiserver_version().await.unwrap_err()
    }

    fn serve_once(answer: impl Into<Vec<u8>>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = answer.into();
        std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(&answer).unwrap();
        });
        address.to_string()
    }

    #[tokio::test]
    async fn a_server_that_answers_with_a_status() {
        let body = serde_json::to_string(&answer(429, "TooManyRequests", 7)).unwrap();
        let head = format!(
            "HTTP/1.1 429 Too Many Requests\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let error = error(&serve_once(head + &body)).await;
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        let expected = Verdict::transient().overloaded();
        let expected = expected.with_pushback(Duration::from_secs(7)).with_spread();
        assert_eq!(error.verdict(), expected);
        // One that is not of the API's own words: a proxy in between.
        let gateway = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\n\r\noops";
        let error = super::tests::error(&serve_once(gateway)).await;
        assert_eq!(error.verdict(), Verdict::transient(), "{error:?}");
    }

    #[tokio::test]
    async fn a_connection_that_is_refused_or_lost() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let refused = error(&address.to_string()).await;
        assert_eq!(refused.verdict(), Verdict::transient(), "{refused:?}");
        let lost = error(&serve_once("")).await;
        assert_eq!(lost.verdict(), Verdict::transient(), "{lost:?}");
        let half = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{";
        let half = error(&serve_once(half)).await;
        assert_eq!(half.verdict(), Verdict::transient(), "{half:?}");
    }

    #[tokio::test]
    async fn an_answer_that_is_not_understood_is_permanent() {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]";
        let error = error(&serve_once(ok)).await;
        assert!(matches!(error, Error::SerdeError(_)), "{error:?}");
        assert_eq!(error.verdict(), Verdict::permanent());
        assert_eq!(Error::TlsRequired.verdict(), Verdict::permanent());
    }
}
