//! `object_store::Error`, of version 0.14.

use super::classify::{classify, judge};
use super::known::{KnownType, chain};
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::http::StatusCode;
use ::object_store::Error;
use ::object_store::client::{HttpError, HttpErrorKind};
use std::error;

/// | error | verdict |
/// | --- | --- |
/// | `Generic`, made of a status code: 408, 429, 500, 502, 503, 504 | transient, and overloaded where the [status code](crate::http) says so |
/// | `Generic`, made of a time-out | transient, timed out |
/// | `Generic`, made of no connection or of one that was lost | transient |
/// | `Generic`, made of anything else | as a boxed error |
/// | `NotFound`, `AlreadyExists`, `Precondition`, `NotModified`, `PermissionDenied`, all else | permanent |
///
/// **The stores retry by themselves**, ten times by default, and this is what they gave
/// up on: so nothing is "not sent" or "refused", whatever the last try was. Where the
/// retries of this crate are to be the ones that count, for their budget and their
/// deadline, set `RetryConfig { max_retries: 0, .. }` on the store.
///
/// `Precondition` and `AlreadyExists` are conflicts: somebody wrote in between, and what
/// has to be repeated is the read before, too. Retry the function that does both, with
/// `on = |error| matches!(error, object_store::Error::Precondition { .. })`.
///
/// The status code is read from what version 0.14 prints, since the type that has
/// it cannot be named.
///
/// ```
/// use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory};
/// use retry_runtime::Transient;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let error = InMemory::new().get(&"missing".into()).await.unwrap_err();
/// assert!(!error.verdict().is_retryable());
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
        let Self::Generic { source, .. } = self else {
            return Some(Verdict::permanent());
        };
        chain(&**source)
            .find_map(status)
            .map(super::http::for_safe)
            .or_else(|| classify(&**source).map(Verdict::unproven))
    }
}

/// The status code of a response that the store gave up on.
fn status(error: &(dyn error::Error + 'static)) -> Option<StatusCode> {
    let text = error.to_string();
    let code = text.strip_prefix("Server returned non-2xx status code: ")?;
    code.get(..3)?.parse().ok()
}

/// As the client below a store says, for what an own `HttpService` returns too.
impl KnownType for HttpError {
    fn known(&self) -> Option<Verdict> {
        match self.kind() {
            HttpErrorKind::Timeout => Some(Verdict::transient().timed_out()),
            HttpErrorKind::Connect | HttpErrorKind::Request | HttpErrorKind::Interrupted => {
                Some(Verdict::transient())
            }
            HttpErrorKind::Decode => Some(Verdict::permanent()),
            _ => error::Error::source(self)
                .and_then(classify)
                .map(Verdict::unproven),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::object_store::client::{
        HttpClient, HttpConnector, HttpRequest, HttpResponse, HttpService,
    };
    use ::object_store::http::HttpBuilder;
    use ::object_store::{ClientOptions, ObjectStoreExt, RetryConfig};
    use std::future::{Future, ready};
    use std::io;
    use std::pin::Pin;

    /// Answers each request so.
    #[derive(Clone, Copy, Debug)]
    enum Server {
        Status(u16),
        Fails(HttpErrorKind, io::ErrorKind),
    }

    impl HttpService for Server {
        fn call<'a, 'b>(
            &'a self,
            _: HttpRequest,
        ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
        where
            'a: 'b,
            Self: 'b,
        {
            let answer = match *self {
                Self::Status(code) => {
                    let mut answer = HttpResponse::new(String::new().into());
                    *answer.status_mut() = StatusCode::from_u16(code).unwrap();
                    Ok(answer)
                }
                Self::Fails(kind, io) => Err(HttpError::new(kind, io::Error::from(io))),
            };
            Box::pin(ready(answer))
        }
    }

    impl HttpConnector for Server {
        fn connect(&self, _: &ClientOptions) -> ::object_store::Result<HttpClient> {
            Ok(HttpClient::new(*self))
        }
    }

    async fn error(server: Server) -> Error {
        let retries = RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        };
        let store = HttpBuilder::new()
            .with_url("http://127.0.0.1:1")
            .with_http_connector(server)
            .with_retry(retries)
            .build()
            .unwrap();
        store.get(&"object".into()).await.unwrap_err()
    }

    #[tokio::test]
    async fn answers_are_judged_by_their_status() {
        for (code, expected) in [
            (503, Verdict::transient().overloaded()),
            (429, Verdict::transient().overloaded()),
            (500, Verdict::transient()),
            (502, Verdict::transient()),
            (400, Verdict::permanent()),
            (403, Verdict::permanent()),
            (404, Verdict::permanent()),
            (409, Verdict::permanent()),
            (412, Verdict::permanent()),
        ] {
            let error = error(Server::Status(code)).await;
            assert_eq!(error.verdict(), expected, "{error:?}");
        }
    }

    #[tokio::test]
    async fn a_store_that_retries_by_itself_proves_nothing() {
        let refused = io::ErrorKind::ConnectionRefused;
        for (kind, io, expected) in [
            (HttpErrorKind::Connect, refused, Verdict::transient()),
            (HttpErrorKind::Unknown, refused, Verdict::transient()),
            (
                HttpErrorKind::Interrupted,
                io::ErrorKind::ConnectionReset,
                Verdict::transient(),
            ),
            (
                HttpErrorKind::Timeout,
                io::ErrorKind::TimedOut,
                Verdict::transient().timed_out(),
            ),
            (
                HttpErrorKind::Decode,
                io::ErrorKind::InvalidData,
                Verdict::permanent(),
            ),
        ] {
            let error = error(Server::Fails(kind, io)).await;
            assert_eq!(error.verdict(), expected, "{error:?}");
        }
        let error = Error::Generic {
            store: "mine",
            source: Box::new(io::Error::from(refused)),
        };
        assert_eq!(error.verdict(), Verdict::transient());
    }
}
