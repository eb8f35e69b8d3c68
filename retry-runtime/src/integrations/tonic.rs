//! `tonic::Status`: what it says about trying again, and how it is made of what
//! ended a call.

mod cause;
mod pushback;

use std::sync::Arc;

use tonic::{Code, ConnectError, Status, TimeoutExpired};

use self::cause::Cause;
use self::pushback::Pushback;
use super::known::Known;
use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// By code, by the server's push-back, and by what the transport knows:
///
/// | status | verdict |
/// | --- | --- |
/// | `Unavailable` | transient |
/// | `ResourceExhausted` with a push-back to wait for | transient |
/// | `ResourceExhausted` without | permanent: a quota is not refilled by asking again |
/// | `DeadlineExceeded` | transient, as an [`Elapsed`] and [`io::ErrorKind::TimedOut`](std::io::ErrorKind::TimedOut) are; the deadline of the call itself still ends it |
/// | `Aborted` | permanent: gRPC asks to repeat at a higher level, the whole read-modify-write sequence, not the call |
/// | `Cancelled`, `Internal`, `Unknown` and the rest | permanent |
/// | of any code, made by the transport because the connection could not be opened, or was closed before the request left | not sent |
/// | of any code, made of the server's `GOAWAY` or `REFUSED_STREAM` | refused (RFC 9113, 6.8 and 8.7) |
/// | `Unknown`, made by the transport because the connection broke | transient |
/// | `Cancelled`, made by the channel because a time-out ran out | transient, as `DeadlineExceeded` |
/// | `Unavailable`, made of a [`Rejected`] | permanent: an open breaker is there to fail fast |
///
/// What the transport makes is told by the source chain of the status, which is
/// there as long as the status has not travelled on. gRPC's other clients
/// report it as `Unavailable` and `DeadlineExceeded`.
///
/// **Push-back** (gRPC A6): the metadata `grpc-retry-pushback-ms` says how many
/// milliseconds to wait; a negative value, or one that is no number, makes the
/// status permanent. Where it is missing, a `google.rpc.RetryInfo` in the
/// status details is heard: Google's own services send that.
///
/// To retry other codes, use [`grpc::codes`](crate::grpc::codes).
///
/// ```
/// use retry_runtime::{Transient, Verdict};
/// use std::time::Duration;
/// use tonic::Status;
///
/// let mut busy = Status::resource_exhausted("too many requests");
/// assert_eq!(busy.verdict(), Verdict::permanent());
/// busy.metadata_mut().insert("grpc-retry-pushback-ms", "250".parse().unwrap());
/// assert_eq!(busy.verdict(), Verdict::transient().with_pushback(Duration::from_millis(250)));
/// ```
impl Transient for Status {
    fn verdict(&self) -> Verdict {
        judge(self, |code, pushed_back| match code {
            Code::Unavailable | Code::DeadlineExceeded => true,
            Code::ResourceExhausted => pushed_back,
            _ => false,
        })
    }
}

/// The verdict where `is_retried` says which codes are worth another attempt.
/// It is given the code, and whether the server named a time to come back.
///
/// A status of the transport is asked about by both codes: its own, and the one
/// that gRPC's other clients would give it.
pub(crate) fn judge(status: &Status, is_retried: impl Fn(Code, bool) -> bool) -> Verdict {
    let pushback = Pushback::of(status);
    let waits = matches!(pushback, Some(Pushback::Wait(_)));
    let cause = Cause::of(status);
    let is_cause_retried = cause.is_some_and(|cause| is_retried(cause.code(), waits));
    if !is_cause_retried && !is_retried(status.code(), waits) {
        return Verdict::permanent();
    }
    let verdict = cause.map_or(Verdict::transient(), Cause::verdict);
    match pushback {
        Some(Pushback::Stop) => Verdict::permanent(),
        Some(Pushback::Wait(wait)) => verdict.with_pushback(wait),
        None => verdict,
    }
}

impl Known for ConnectError {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::not_sent())
    }
}

impl Known for TimeoutExpired {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::transient())
    }
}

/// `DeadlineExceeded`, with the [`Elapsed`] as its source.
impl From<Elapsed> for Status {
    fn from(elapsed: Elapsed) -> Self {
        let mut status = Self::deadline_exceeded(elapsed.to_string());
        status.set_source(Arc::new(elapsed));
        status
    }
}

/// `Unavailable`, with the [`Rejected`] as its source.
impl From<Rejected> for Status {
    fn from(rejected: Rejected) -> Self {
        let mut status = Self::unavailable(rejected.to_string());
        status.set_source(Arc::new(rejected));
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;
    use std::io;
    use std::time::Duration;

    fn made_of(code: Code, source: impl Error + Send + Sync + 'static) -> Status {
        let mut status = Status::new(code, "");
        status.set_source(Arc::new(source));
        status
    }

    fn pushed_back(code: Code, millis: &str) -> Status {
        let mut status = Status::new(code, "");
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", millis.parse().unwrap());
        status
    }

    #[test]
    fn every_code_has_its_verdict() {
        for code in (0..=16).map(Code::from_i32) {
            let transient = matches!(code, Code::Unavailable | Code::DeadlineExceeded);
            let verdict = Status::new(code, "").verdict();
            assert_eq!(verdict, Verdict::from(transient), "{code:?}");
        }
    }

    #[test]
    fn push_back_is_kept_to() {
        let wait = Verdict::transient().with_pushback(Duration::from_millis(70));
        for code in [Code::Unavailable, Code::ResourceExhausted] {
            assert_eq!(pushed_back(code, "70").verdict(), wait, "{code:?}");
            for stop in ["-1", "never"] {
                let verdict = pushed_back(code, stop).verdict();
                assert_eq!(verdict, Verdict::permanent(), "{code:?} {stop}");
            }
        }
    }

    #[test]
    fn push_back_does_not_make_another_code_transient() {
        for code in [Code::Aborted, Code::Internal, Code::NotFound] {
            let verdict = pushed_back(code, "70").verdict();
            assert_eq!(verdict, Verdict::permanent(), "{code:?}");
        }
    }

    #[test]
    fn a_connection_that_was_not_opened_sent_nothing() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let status = Status::from_error(Box::new(tonic::ConnectError(refused.into())));
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(status.verdict(), Verdict::not_sent());
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(
            made_of(Code::Unknown, refused).verdict(),
            Verdict::not_sent()
        );
    }

    /// As `tonic::transport::Error` has them inside, whatever went wrong.
    #[test]
    fn what_the_transport_says_is_known_in_a_box_too() {
        let boxed: Box<dyn Error + Send + Sync> = ConnectError("no such host".into()).into();
        assert_eq!(boxed.verdict(), Verdict::not_sent());
        let boxed: Box<dyn Error + Send + Sync> = TimeoutExpired(()).into();
        assert_eq!(boxed.verdict(), Verdict::transient());
    }

    #[test]
    fn a_lost_connection_is_transient_where_no_better_code_was_set() {
        let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(
            made_of(Code::Unknown, reset()).verdict(),
            Verdict::transient()
        );
        let judged = made_of(Code::InvalidArgument, reset()).verdict();
        assert_eq!(judged, Verdict::permanent());
        let other = io::Error::from(io::ErrorKind::InvalidData);
        assert_eq!(
            made_of(Code::Unknown, other).verdict(),
            Verdict::permanent()
        );
    }

    #[test]
    fn the_channels_own_time_out_counts_as_a_deadline() {
        let status = Status::from_error(Box::new(tonic::TimeoutExpired(())));
        assert_eq!(status.code(), Code::Cancelled);
        assert_eq!(status.verdict(), Verdict::transient());
        let listed = judge(&status, |code, _| code == Code::DeadlineExceeded);
        assert_eq!(listed, Verdict::transient());
    }

    /// Only a frame from the server is its word: these were made here.
    #[test]
    fn http2_errors_of_this_side_prove_nothing() {
        for reason in [h2::Reason::REFUSED_STREAM, h2::Reason::INTERNAL_ERROR] {
            let status = made_of(Code::Internal, h2::Error::from(reason));
            assert_eq!(status.verdict(), Verdict::permanent(), "{reason:?}");
        }
    }

    #[test]
    fn what_ended_a_call_becomes_a_status_and_stays_its_source() {
        let elapsed = Status::from(Elapsed::timeout(Duration::from_secs(2)));
        assert_eq!(elapsed.code(), Code::DeadlineExceeded);
        assert!(elapsed.message().contains("2s"), "{}", elapsed.message());
        let source = elapsed.source().unwrap();
        assert!(source.is::<Elapsed>());
        let rejected = Status::from(Rejected::new());
        assert_eq!(rejected.code(), Code::Unavailable);
        assert_eq!(rejected.verdict(), Verdict::permanent());
        let source = rejected.source().unwrap();
        assert!(source.is::<Rejected>());
    }

    #[test]
    fn a_status_in_a_box_is_asked() {
        let boxed: Box<dyn Error + Send + Sync> = Status::unavailable("").into();
        assert_eq!(boxed.verdict(), Verdict::transient());
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let status = Status::from_error(Box::new(tonic::ConnectError(refused.into())));
        let large: Box<dyn Error + Send + Sync> = Box::new(Box::new(status.clone()));
        assert_eq!(large.verdict(), Verdict::not_sent());
        let wrapped = io::Error::other(status);
        let boxed: Box<dyn Error> = wrapped.into();
        assert_eq!(boxed.verdict(), Verdict::not_sent());
    }
}
