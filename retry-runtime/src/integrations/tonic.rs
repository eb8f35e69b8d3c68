//! `tonic::Status`: what it says about trying again, and how it is made of what
//! ended a call.

mod cause;
mod pushback;

use std::error::Error;
use std::sync::Arc;

use tonic::{Code, ConnectError, Status, TimeoutExpired};

use self::cause::Cause;
use self::pushback::Pushback;
use super::known::KnownType;
use crate::elapsed::Elapsed;
use crate::gate::Rejected;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// By code, by the server's push-back, and by what the transport knows:
///
/// | status | verdict | against the service |
/// | --- | --- | --- |
/// | `Unavailable` | transient | yes |
/// | `ResourceExhausted` with a push-back | transient | yes, overloaded |
/// | `ResourceExhausted` without | permanent: a quota is not refilled by asking again | yes, overloaded |
/// | `DeadlineExceeded` | transient, as an [`Elapsed`] and [`io::ErrorKind::TimedOut`](std::io::ErrorKind::TimedOut) are; the deadline of the call itself still ends it | yes |
/// | `Internal`, `Unknown`, `DataLoss` | permanent | yes |
/// | `Aborted` | permanent: gRPC asks to repeat at a higher level, the whole read-modify-write sequence, not the call | no |
/// | `Cancelled` and the rest | permanent | no |
/// | of any code, made by the transport because the connection could not be opened, or was closed before the request left | not sent | yes |
/// | of any code, made of the server's `GOAWAY` or `REFUSED_STREAM` | refused (RFC 9113, 6.8 and 8.7) | yes |
/// | `Unknown`, made by the transport because the connection broke | transient | yes |
/// | `Cancelled`, made by the channel because a time-out ran out | transient, as `DeadlineExceeded` | yes |
/// | `Unavailable`, made of a [`Rejected`] | permanent: an open breaker is there to fail fast | no: it was not asked |
///
/// What the transport makes is told by the source chain of the status, which is
/// there as long as the status has not travelled on. gRPC's other clients
/// report it as `Unavailable` and `DeadlineExceeded`. Not sent and refused hold
/// only where no error of an unknown type stands between: such a one may come of a
/// client that had tried before, and is transient.
///
/// **Push-back** (gRPC A6): the metadata `grpc-retry-pushback-ms` says how many
/// milliseconds to wait. A negative value, one that is no number, and more than one
/// value say "do not retry": [`Verdict::with_no_retry`]. Where it is missing, a
/// `google.rpc.RetryInfo` in the status details is heard: Google's own services
/// send that. A push-back makes no other code transient, but speaks against the
/// service under any code.
///
/// To retry other codes, use [`grpc::retry_on_codes`](crate::grpc::retry_on_codes).
///
/// ```
/// use retry_runtime::{Transient, Verdict};
/// use std::time::Duration;
/// use tonic::Status;
///
/// let mut busy = Status::resource_exhausted("too many requests");
/// assert_eq!(busy.verdict(), Verdict::permanent().overloaded());
/// busy.metadata_mut().insert("grpc-retry-pushback-ms", "250".parse().unwrap());
/// assert_eq!(busy.verdict(), Verdict::transient().with_pushback(Duration::from_millis(250)));
/// ```
impl Transient for Status {
    fn verdict(&self) -> Verdict {
        judge(self, is_retried)
    }
}

/// Where nobody lists the codes.
pub(super) fn is_retried(code: Code, pushed_back: bool) -> bool {
    match code {
        Code::Unavailable | Code::DeadlineExceeded => true,
        Code::ResourceExhausted => pushed_back,
        _ => false,
    }
}

/// The verdict where `is_retried` says which codes are worth another attempt.
/// It is given the code, and whether the server pushed back.
///
/// A status of the transport is asked about by both codes: its own, and the one
/// that gRPC's other clients would give it.
pub(crate) fn judge(status: &Status, is_retried: impl Fn(Code, bool) -> bool) -> Verdict {
    judge_made_of(status.source(), status, is_retried)
}

/// The same, where what made the status is told beside it.
pub(super) fn judge_made_of(
    source: Option<&(dyn Error + 'static)>,
    status: &Status,
    is_retried: impl Fn(Code, bool) -> bool,
) -> Verdict {
    let pushback = Pushback::of(status);
    let is_retried = |code| is_retried(code, pushback.is_some());
    let verdict = match source.and_then(|source| Cause::of(source, status.code())) {
        Some(cause) if is_retried(cause.code()) || is_retried(status.code()) => cause.verdict(),
        Some(cause) => cause.verdict().unretried(),
        None => of_code(status.code(), is_retried(status.code())),
    };
    match pushback {
        Some(Pushback::Stop) => verdict.with_no_retry(),
        Some(Pushback::Wait(wait)) => verdict.with_pushback(wait),
        None => verdict,
    }
}

/// Whether a code speaks against the service depends on the code alone, where it is
/// not retried: the list of what is retried is each method's own.
fn of_code(code: Code, is_retried: bool) -> Verdict {
    let verdict = if is_retried {
        Verdict::transient()
    } else {
        Verdict::permanent().against_service(matches!(
            code,
            Code::Unavailable
                | Code::DeadlineExceeded
                | Code::Internal
                | Code::Unknown
                | Code::DataLoss
        ))
    };
    match code {
        Code::ResourceExhausted => verdict.overloaded(),
        Code::DeadlineExceeded => verdict.timed_out(),
        _ => verdict,
    }
}

impl KnownType for ConnectError {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::not_sent())
    }
}

impl KnownType for TimeoutExpired {
    fn known(&self) -> Option<Verdict> {
        Some(Verdict::transient().timed_out())
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
    use std::fmt;
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
            let verdict = match code {
                Code::Unavailable => Verdict::transient(),
                Code::DeadlineExceeded => Verdict::transient().timed_out(),
                Code::ResourceExhausted => Verdict::permanent().overloaded(),
                Code::Internal | Code::Unknown | Code::DataLoss => {
                    Verdict::permanent().against_service(true)
                }
                _ => Verdict::permanent(),
            };
            assert_eq!(Status::new(code, "").verdict(), verdict, "{code:?}");
        }
    }

    #[test]
    fn what_is_not_retried_may_speak_against_the_service_all_the_same() {
        let unlisted = |status: &Status| judge(status, |_, _| false);
        for code in (0..=16).map(Code::from_i32) {
            let verdict = unlisted(&Status::new(code, ""));
            assert!(!verdict.is_retryable());
            let against = Status::new(code, "").verdict().is_against_service();
            assert_eq!(verdict.is_against_service(), against, "{code:?}");
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let verdict = unlisted(&made_of(Code::Unknown, refused));
        assert_eq!(verdict, Verdict::permanent().against_service(true));
        let rejected = Status::from(Rejected::new());
        assert_eq!(unlisted(&rejected), Verdict::permanent());
    }

    #[test]
    fn push_back_is_kept_to() {
        let wait = Verdict::transient().with_pushback(Duration::from_millis(70));
        for code in [Code::Unavailable, Code::ResourceExhausted] {
            assert_eq!(pushed_back(code, "70").verdict(), wait, "{code:?}");
            for stop in ["-1", "never"] {
                let verdict = pushed_back(code, stop).verdict();
                assert_eq!(verdict, Verdict::transient().with_no_retry(), "{stop}");
            }
        }
    }

    #[test]
    fn push_back_does_not_make_another_code_transient() {
        let wait = Verdict::permanent().with_pushback(Duration::from_millis(70));
        for code in [Code::Aborted, Code::Internal, Code::NotFound] {
            assert_eq!(pushed_back(code, "70").verdict(), wait, "{code:?}");
            let stop = pushed_back(code, "-1").verdict();
            assert_eq!(stop, Verdict::permanent().with_no_retry(), "{code:?}");
        }
    }

    /// Below a type of a client that may have tried before, and below one of tonic's
    /// own that has no name here.
    #[test]
    fn a_proof_holds_along_known_types_alone() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let around = |name, inner: Box<dyn Error + Send + Sync>| Printed(name, inner);
        let unreached = || Box::new(ConnectError(refused().into()));
        let client = around("Client", unreached());
        let status = Status::from_error(Box::new(client));
        assert_eq!(status.code(), Code::Unavailable);
        assert_eq!(status.verdict(), Verdict::transient());
        let transport = around("tonic::transport::Error", unreached());
        let status = Status::from_error(Box::new(transport));
        assert_eq!(status.verdict(), Verdict::not_sent());
        let status = made_of(Code::Unknown, around("Client", refused().into()));
        assert_eq!(status.verdict(), Verdict::transient());
        let status = made_of(Code::Unknown, io::Error::other(refused()));
        assert_eq!(status.verdict(), Verdict::not_sent());
    }

    /// Prints as that name, with something inside.
    struct Printed(&'static str, Box<dyn Error + Send + Sync>);

    impl fmt::Debug for Printed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_tuple(self.0).field(&self.1).finish()
        }
    }

    impl fmt::Display for Printed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Printed {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&*self.1)
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
        assert_eq!(boxed.verdict(), Verdict::transient().timed_out());
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
            Verdict::permanent().against_service(true)
        );
    }

    #[test]
    fn the_channels_own_time_out_counts_as_a_deadline() {
        let status = Status::from_error(Box::new(tonic::TimeoutExpired(())));
        assert_eq!(status.code(), Code::Cancelled);
        assert_eq!(status.verdict(), Verdict::transient().timed_out());
        let listed = judge(&status, |code, _| code == Code::DeadlineExceeded);
        assert_eq!(listed, Verdict::transient().timed_out());
    }

    /// Only a frame from the server is its word: these were made here.
    #[test]
    fn http2_errors_of_this_side_prove_nothing() {
        for reason in [h2::Reason::REFUSED_STREAM, h2::Reason::INTERNAL_ERROR] {
            let status = made_of(Code::Internal, h2::Error::from(reason));
            let verdict = Verdict::permanent().against_service(true);
            assert_eq!(status.verdict(), verdict, "{reason:?}");
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
