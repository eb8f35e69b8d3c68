//! `SdkError` of the AWS SDKs, from aws-smithy-runtime-api 1.

use super::known::KnownType;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use ::aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use ::aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use ::aws_smithy_types::retry::ErrorKind;
use std::time::Duration;

/// As the SDKs' own standard mode judges:
///
/// | error | verdict |
/// | --- | --- |
/// | a throttling code: `ThrottlingException`, `SlowDown`, `ProvisionedThroughputExceededException` … | transient, overloaded |
/// | `RequestTimeout`, `RequestTimeoutException` | transient |
/// | 429, 503 | transient, overloaded |
/// | 500, 502, 504 | transient |
/// | any other answer | permanent, against the service from 500 on |
/// | no connection, or it was lost (`DispatchFailure`) | transient |
/// | a time-out of the SDK (`TimeoutError`), or of its connector | transient, timed out |
/// | an answer that cannot be read (`ResponseError`) | transient |
/// | the request could not be made, all else | permanent |
///
/// **Push-back**: `x-amz-retry-after`, in milliseconds, on an answer that is retried.
///
/// **The SDKs retry by themselves**, three attempts by default, and this is what they
/// gave up on: so nothing is "not sent" or "refused", whatever the last attempt was. Turn
/// theirs off, `RetryConfig::disabled()`, where the retries of this crate are the ones
/// that count.
///
/// **Behind `dyn Error`** an `SdkError` cannot be named, since each operation has one of
/// its own: what failed to be sent is found there, and a code that the operation does
/// not list (throttling is seldom listed). The status code is not seen, nor a time-out of
/// the SDK. Ask it before it is erased.
///
/// ```
/// use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
/// use aws_smithy_types::error::ErrorMetadata;
/// use retry_runtime::{Transient, Verdict};
///
/// // In place of `ErrorMetadata`, the SDKs have a type for each operation.
/// type Error = SdkError<ErrorMetadata, HttpResponse>;
///
/// let slow = Error::timeout_error("the operation timed out");
/// assert_eq!(slow.verdict(), Verdict::transient().timed_out());
/// ```
#[diagnostic::do_not_recommend]
impl<E: ProvideErrorMetadata> Transient for SdkError<E, HttpResponse> {
    fn verdict(&self) -> Verdict {
        match self {
            Self::TimeoutError(_) => Verdict::transient().timed_out(),
            Self::ResponseError(_) => Verdict::transient(),
            Self::DispatchFailure(failure) => failure
                .as_connector_error()
                .and_then(KnownType::known)
                .unwrap_or(Verdict::permanent()),
            Self::ServiceError(error) => {
                let verdict = of_code(error.err().code()).unwrap_or_else(|| of_status(error.raw()));
                match retry_after(error.raw()) {
                    Some(wait) if verdict.is_retryable() => verdict.with_pushback(wait),
                    _ => verdict,
                }
            }
            _ => Verdict::permanent(),
        }
    }
}

/// Of the codes that the SDKs retry.
fn of_code(code: Option<&str>) -> Option<Verdict> {
    const THROTTLING: [&str; 14] = [
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    ];
    const TRANSIENT: [&str; 2] = ["RequestTimeout", "RequestTimeoutException"];
    let code = code?;
    if THROTTLING.contains(&code) {
        Some(Verdict::transient().overloaded())
    } else {
        TRANSIENT.contains(&code).then_some(Verdict::transient())
    }
}

fn of_status(answer: &HttpResponse) -> Verdict {
    match answer.status().as_u16() {
        429 | 503 => Verdict::transient().overloaded(),
        500 | 502 | 504 => Verdict::transient(),
        status => Verdict::permanent().against_service(status >= 500),
    }
}

fn retry_after(answer: &HttpResponse) -> Option<Duration> {
    let millis = answer.headers().get("x-amz-retry-after")?.parse().ok()?;
    Some(Duration::from_millis(millis)).filter(|wait| !wait.is_zero())
}

/// What the SDK could not send, or was given no answer to.
impl KnownType for ConnectorError {
    fn known(&self) -> Option<Verdict> {
        Some(if self.is_timeout() {
            Verdict::transient().timed_out()
        } else if self.is_io() {
            Verdict::transient()
        } else {
            match self.as_other() {
                Some(ErrorKind::ThrottlingError) => Verdict::transient().overloaded(),
                Some(ErrorKind::TransientError | ErrorKind::ServerError) => Verdict::transient(),
                _ => Verdict::permanent(),
            }
        })
    }
}

/// An answer that the operation does not list.
impl KnownType for ErrorMetadata {
    fn known(&self) -> Option<Verdict> {
        Some(of_code(self.code()).unwrap_or(Verdict::permanent()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::aws_smithy_types::body::SdkBody;
    use std::error::Error as _;
    use std::io;

    type Error = SdkError<ErrorMetadata, HttpResponse>;

    fn response(status: u16) -> HttpResponse {
        HttpResponse::new(status.try_into().unwrap(), SdkBody::empty())
    }

    fn answered(status: u16, code: &str) -> Error {
        let metadata = ErrorMetadata::builder().code(code).build();
        Error::service_error(metadata, response(status))
    }

    #[test]
    fn answers_are_judged_by_their_code_and_status() {
        let overloaded = Verdict::transient().overloaded();
        for (status, code, expected) in [
            (400, "ThrottlingException", overloaded),
            (400, "ProvisionedThroughputExceededException", overloaded),
            (503, "SlowDown", overloaded),
            (503, "ServiceUnavailable", overloaded),
            (429, "", overloaded),
            (400, "RequestTimeout", Verdict::transient()),
            (500, "InternalError", Verdict::transient()),
            (502, "", Verdict::transient()),
            (504, "", Verdict::transient()),
            (
                501,
                "NotImplemented",
                Verdict::permanent().against_service(true),
            ),
            (404, "NoSuchKey", Verdict::permanent()),
            (409, "ConditionalRequestConflict", Verdict::permanent()),
            (412, "PreconditionFailed", Verdict::permanent()),
        ] {
            assert_eq!(
                answered(status, code).verdict(),
                expected,
                "{status} {code}"
            );
        }
    }

    #[test]
    fn push_back_is_in_milliseconds() {
        let told = |status, value: &'static str| {
            let mut answer = response(status);
            answer.headers_mut().insert("x-amz-retry-after", value);
            Error::service_error(ErrorMetadata::builder().build(), answer).verdict()
        };
        let wait = Duration::from_millis(1500);
        assert_eq!(told(503, "1500").pushback(), Some(wait));
        assert_eq!(told(503, "soon"), Verdict::transient().overloaded());
        assert_eq!(told(500, "0"), Verdict::transient());
        assert_eq!(told(404, "1500"), Verdict::permanent());
    }

    #[test]
    fn an_sdk_that_retries_by_itself_proves_nothing() {
        let refused = || Box::new(io::Error::from(io::ErrorKind::ConnectionRefused));
        let failed = |error| Error::dispatch_failure(error).verdict();
        assert_eq!(failed(ConnectorError::io(refused())), Verdict::transient());
        let unconnected = ConnectorError::io(refused()).never_connected();
        assert_eq!(failed(unconnected), Verdict::transient());
        let slow = ConnectorError::timeout("connect timeout".into());
        assert_eq!(failed(slow), Verdict::transient().timed_out());
        assert_eq!(
            failed(ConnectorError::user("bad".into())),
            Verdict::permanent()
        );
        let other = |kind| ConnectorError::other("other".into(), kind);
        assert_eq!(failed(other(None)), Verdict::permanent());
        assert_eq!(
            failed(other(Some(ErrorKind::TransientError))),
            Verdict::transient()
        );
        let slow = Error::timeout_error("operation timeout");
        assert_eq!(slow.verdict(), Verdict::transient().timed_out());
        let unread = Error::response_error("not json", response(200));
        assert_eq!(unread.verdict(), Verdict::transient());
        let unmade = Error::construction_failure("no region");
        assert_eq!(unmade.verdict(), Verdict::permanent());
    }

    #[test]
    fn behind_a_box_what_has_a_name_is_found() {
        let boxed = |error: Error| {
            assert!(error.source().is_some());
            Box::<dyn std::error::Error + Send + Sync>::from(error).verdict()
        };
        let slow = ConnectorError::timeout("connect timeout".into());
        let timed_out = Verdict::transient().timed_out();
        assert_eq!(boxed(Error::dispatch_failure(slow)), timed_out);
        let throttled = answered(400, "ThrottlingException");
        assert_eq!(boxed(throttled), Verdict::transient().overloaded());
        assert_eq!(boxed(answered(403, "AccessDenied")), Verdict::permanent());
    }
}
