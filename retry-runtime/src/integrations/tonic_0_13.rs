//! `tonic::Status`, of tonic 0.13.

use super::known::KnownType;
use super::tonic::{is_retried, judge_made_of};
use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;
use ::tonic::metadata::MetadataValue;
use ::tonic::{Code, Status};
use ::tonic_0_13;
use std::error::Error;
use std::sync::Arc;

/// As the `Status` of tonic 0.14, by the table there: by code, by the server's push-back,
/// and by what made the status on this side of the wire.
///
/// | status | verdict |
/// | --- | --- |
/// | `Unavailable` | transient |
/// | `DeadlineExceeded` | transient, timed out |
/// | `ResourceExhausted` | overloaded, and transient with a push-back |
/// | of the transport: no connection | not sent |
/// | of the transport: refused over HTTP/2 | refused |
/// | `Internal`, `Unknown`, `DataLoss` | permanent, against the service |
/// | the rest | permanent |
///
/// The functions of `grpc` are for tonic 0.14 alone.
///
/// ```
/// use retry_runtime::{Transient, Verdict};
/// use tonic_0_13::Status;
///
/// assert_eq!(Status::unavailable("").verdict(), Verdict::transient());
/// assert_eq!(Status::not_found("").verdict(), Verdict::permanent());
/// ```
#[diagnostic::do_not_recommend]
impl Transient for tonic_0_13::Status {
    fn verdict(&self) -> Verdict {
        const PUSHBACK: &str = "grpc-retry-pushback-ms";

        let code = Code::from_i32(self.code().into());
        let mut status = Status::with_details(code, "", self.details().to_vec().into());
        for value in self.metadata().get_all(PUSHBACK) {
            if let Ok(value) = MetadataValue::try_from(value.as_bytes()) {
                status.metadata_mut().append(PUSHBACK, value);
            }
        }
        judge_made_of(self.source(), &status, is_retried)
    }
}

impl KnownType for tonic_0_13::ConnectError {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::not_sent())
    }
}

impl KnownType for tonic_0_13::TimeoutExpired {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::transient().timed_out())
    }
}

/// `DeadlineExceeded`, with the [`Elapsed`] as its source.
impl From<Elapsed> for tonic_0_13::Status {
    fn from(elapsed: Elapsed) -> Self {
        let mut status = Self::deadline_exceeded(elapsed.to_string());
        status.set_source(Arc::new(elapsed));
        status
    }
}

/// `Unavailable`, with the [`Rejected`] as its source.
impl From<Rejected> for tonic_0_13::Status {
    fn from(rejected: Rejected) -> Self {
        let mut status = Self::unavailable(rejected.to_string());
        status.set_source(Arc::new(rejected));
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::time::Duration;
    use tonic_0_13::{Code, ConnectError, Status, TimeoutExpired};

    #[test]
    fn every_code_is_judged_as_in_the_other_version() {
        for code in 0..=16 {
            let status = Status::new(Code::from_i32(code), "");
            let other = ::tonic::Status::new(code.into(), "");
            assert_eq!(status.verdict(), other.verdict(), "{code}");
        }
        assert!(Status::unavailable("").verdict().is_retryable());
    }

    #[test]
    fn push_back_is_kept_to() {
        let pushed_back = |millis: &str| {
            let mut status = Status::resource_exhausted("");
            let value = millis.parse().unwrap();
            status
                .metadata_mut()
                .insert("grpc-retry-pushback-ms", value);
            status.verdict()
        };
        let wait = Verdict::transient().with_pushback(Duration::from_millis(70));
        assert_eq!(pushed_back("70"), wait);
        assert_eq!(pushed_back("-1"), Verdict::transient().with_no_retry());
    }

    #[test]
    fn what_the_transport_made_is_told_by_its_source() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let status = Status::from_error(Box::new(ConnectError(refused().into())));
        assert_eq!(status.verdict(), Verdict::not_sent());
        let status = Status::from_error(Box::new(TimeoutExpired(())));
        assert_eq!(status.verdict(), Verdict::transient().timed_out());
        let status = Status::from(Rejected::new());
        assert_eq!(status.verdict(), Verdict::permanent());
        let status = Status::from(Elapsed::timeout(Duration::from_secs(1)));
        assert_eq!(status.verdict(), Verdict::transient().timed_out());
        let boxed: Box<dyn Error + Send + Sync> = Box::new(ConnectError(refused().into()));
        assert_eq!(boxed.verdict(), Verdict::not_sent());
    }
}
