//! For clients made with `tonic`: which status codes are retried, and what each
//! attempt tells the server.
//!
//! ```
//! use retry_runtime::{grpc, retry};
//! use tonic::{Code, Request, Response, Status};
//!
//! # struct GetUser { id: u64 }
//! # struct User;
//! # #[derive(Clone)]
//! # struct UsersClient;
//! # impl UsersClient {
//! #     async fn get(&mut self, request: Request<GetUser>) -> Result<Response<User>, Status> {
//! #         assert_eq!(request.get_ref().id, 7);
//! #         assert!(request.metadata().contains_key("grpc-timeout"));
//! #         Ok(Response::new(User))
//! #     }
//! # }
//! struct Users {
//!     rpc: UsersClient,
//! }
//!
//! impl Users {
//!     #[retry(on = grpc::retry_on_codes(&[Code::Unavailable, Code::Aborted]), deadline = 2s, attempt = at)]
//!     async fn get(&self, id: u64) -> Result<User, Status> {
//!         let mut request = Request::new(GetUser { id });
//!         grpc::annotate_request(&mut request, at);
//!         Ok(self.rpc.clone().get(request).await?.into_inner())
//!     }
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() { Users { rpc: UsersClient }.get(7).await.unwrap(); }
//! ```
//!
//! Without `on` the status classifies itself, by its [`Transient`](crate::Transient).

use std::time::Duration;

use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Status};

use crate::attempt::Attempt;
use crate::integrations::tonic::judge;
use crate::verdict::Verdict;

/// A predicate for the attribute's `on`: retries these status codes and no others.
///
/// It says more than yes or no. The server's push-back is kept to, as by the
/// status itself, and a request that was provably not executed is told as not
/// sent or refused.
///
/// Statuses that the transport made count as gRPC's other clients report them:
/// failed and lost connections as `Unavailable`, a time-out of the channel as
/// `DeadlineExceeded`, whatever code `tonic` gave them. So does an attempt that
/// the attribute's `timeout` cut: retry it with `DeadlineExceeded` in the list.
///
/// In gRPC's service config this is `retryableStatusCodes`.
///
/// ```
/// use retry_runtime::{Verdict, grpc};
/// use tonic::{Code, Status};
///
/// let on = grpc::retry_on_codes(&[Code::Unavailable, Code::ResourceExhausted]);
/// assert_eq!(on(&Status::resource_exhausted("")), Verdict::transient().overloaded());
/// assert_eq!(on(&Status::not_found("")), Verdict::permanent());
/// // It is not retried, but a circuit breaker is told of a failure.
/// assert!(on(&Status::internal("")).is_against_service());
/// ```
pub fn retry_on_codes(codes: &[Code]) -> impl Fn(&Status) -> Verdict + Copy + '_ {
    move |status| judge(status, |code, _| codes.contains(&code))
}

/// Tells the server which attempt this is, and how long anybody waits for it.
///
/// | metadata | value |
/// | --- | --- |
/// | `grpc-previous-rpc-attempts` | how many attempts went before; only on retries, as in gRPC A6 |
/// | `grpc-timeout` | [`Attempt::remaining`]: until the attempt's `timeout` or the call's `deadline`, whichever comes first, rounded up to milliseconds, and one more; only where one of them is set |
///
/// Both replace what the request has.
///
/// The millisecond more is for `tonic`'s channel, which keeps to the
/// `grpc-timeout` too and ends the request with `Cancelled`. So the attempt's
/// own timer is first, and what comes back is `DeadlineExceeded`; in a process
/// that is late by more than that it may still be `Cancelled`. Both are judged
/// alike.
///
/// ```
/// use retry_runtime::{Policy, grpc};
/// use std::time::Duration;
/// use tonic::{Request, Status};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Status> {
/// let policy = Policy::DEFAULT.with_deadline(Duration::from_secs(2));
/// policy
///     .run(async |at| {
///         let mut request = Request::new(());
///         grpc::annotate_request(&mut request, at);
///         assert!(request.metadata().contains_key("grpc-timeout"));
///         assert!(!request.metadata().contains_key("grpc-previous-rpc-attempts"));
///         Ok::<_, Status>(())
///     })
///     .await
/// # }
/// ```
pub fn annotate_request<T>(request: &mut Request<T>, attempt: Attempt) {
    if attempt.is_retry() {
        let before = MetadataValue::from(attempt.number() - 1);
        request
            .metadata_mut()
            .insert("grpc-previous-rpc-attempts", before);
    }
    if let Some(remaining) = attempt.remaining() {
        request.set_timeout(on_the_wire(remaining));
    }
}

/// 2.5 ms → 4 ms
fn on_the_wire(remaining: Duration) -> Duration {
    let millis = remaining.as_nanos().div_ceil(1_000_000) + 1;
    u64::try_from(millis).map_or(LONGEST, |millis| Duration::from_millis(millis).min(LONGEST))
}

/// A `grpc-timeout` has eight digits, and hours are its largest unit.
const LONGEST: Duration = Duration::from_secs(99_999_999 * 3600);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::clock;

    fn told(attempt: Attempt) -> (Option<String>, Option<String>) {
        let mut request = Request::new(());
        annotate_request(&mut request, attempt);
        let get = |key| {
            let value = request.metadata().get(key)?;
            Some(value.to_str().unwrap().to_owned())
        };
        (get("grpc-previous-rpc-attempts"), get("grpc-timeout"))
    }

    #[test]
    fn only_retries_count_the_attempts_before() {
        assert_eq!(told(Attempt::new(1, 0, None)), (None, None));
        assert_eq!(told(Attempt::new(2, 0, None)), (Some("1".into()), None));
        assert_eq!(told(Attempt::new(5, 0, None)), (Some("4".into()), None));
    }

    #[test]
    fn time_that_is_over_is_told_too() {
        assert_eq!(
            told(Attempt::new(1, 0, Some(clock::now()))),
            (None, Some("1000000n".into()))
        );
    }

    #[test]
    fn the_server_has_a_millisecond_more() {
        let wire = |nanos| on_the_wire(Duration::from_nanos(nanos)).as_nanos();
        assert_eq!(wire(2_500_000), 4_000_000);
        assert_eq!(wire(2_000_000), 3_000_000);
        assert_eq!(wire(2_000_001), 4_000_000);
    }

    #[test]
    fn the_longest_time_fits() {
        let mut request = Request::new(());
        request.set_timeout(on_the_wire(Duration::MAX));
        let told = request.metadata().get("grpc-timeout").unwrap();
        assert_eq!(told, "99999999H");
    }

    #[test]
    fn a_code_that_is_not_listed_is_permanent() {
        let on = retry_on_codes(&[Code::Aborted]);
        assert_eq!(on(&Status::aborted("")), Verdict::transient());
        let unlisted = Verdict::permanent().against_service(true);
        assert_eq!(on(&Status::unavailable("")), unlisted);
        assert_eq!(retry_on_codes(&[])(&Status::unavailable("")), unlisted);
        assert_eq!(on(&Status::not_found("")), Verdict::permanent());
    }

    #[test]
    fn a_failed_connection_is_unavailable_and_not_sent() {
        let status = || Status::from_error(Box::new(tonic::ConnectError("no route".into())));
        assert_eq!(
            retry_on_codes(&[Code::Unavailable])(&status()),
            Verdict::not_sent()
        );
        let unlisted = Verdict::permanent().against_service(true);
        assert_eq!(retry_on_codes(&[Code::Aborted])(&status()), unlisted);
    }

    #[test]
    fn the_servers_push_back_is_kept_to() {
        let mut status = Status::aborted("");
        let key = "grpc-retry-pushback-ms";
        status.metadata_mut().insert(key, "40".parse().unwrap());
        let wait = Verdict::transient().with_pushback(Duration::from_millis(40));
        assert_eq!(retry_on_codes(&[Code::Aborted])(&status), wait);
        status.metadata_mut().insert(key, "-1".parse().unwrap());
        let stop = Verdict::transient().with_no_retry();
        assert_eq!(retry_on_codes(&[Code::Aborted])(&status), stop);
    }
}
