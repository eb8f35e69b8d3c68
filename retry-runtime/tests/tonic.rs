//! What a circuit breaker hears of gRPC's answers, and how many attempts they take.

#![cfg(all(feature = "tonic", feature = "macros", feature = "tokio"))]

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Verdict, grpc, non_idempotent, retry, retry_unsent};
use std::sync::Mutex;
use tonic::{Code, Status};

/// Admits everything and notes what it is told.
#[derive(Default)]
struct Heard(Mutex<Vec<GateOutcome>>);

impl Heard {
    fn take(&self) -> Vec<GateOutcome> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Gate for Heard {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, outcome: GateOutcome) {
        self.0.lock().unwrap().push(outcome);
    }
}

#[retry(max = 1, backoff = none, breaker = heard)]
async fn by_itself(heard: &Heard, status: &Status) -> Result<(), Status> {
    Err(status.clone())
}

#[retry(max = 1, backoff = none, breaker = heard, on = grpc::retry_on_codes(&[Code::Aborted]))]
async fn by_codes(heard: &Heard, status: &Status) -> Result<(), Status> {
    Err(status.clone())
}

#[non_idempotent]
#[retry_unsent(max = 1, backoff = none, breaker = heard)]
async fn unsent(heard: &Heard, status: &Status) -> Result<(), Status> {
    Err(status.clone())
}

fn pushed_back(values: &[&'static str]) -> Status {
    let mut status = Status::unavailable("");
    for value in values {
        let value = value.parse().unwrap();
        status
            .metadata_mut()
            .append("grpc-retry-pushback-ms", value);
    }
    status
}

#[tokio::test(start_paused = true)]
async fn what_is_not_retried_may_be_a_failure() {
    let heard = Heard::default();
    let failed = GateOutcome::Failure(Verdict::permanent().against_service(true));
    for code in [Code::Internal, Code::Unknown, Code::DataLoss] {
        let _ = by_itself(&heard, &Status::new(code, "")).await;
        assert_eq!(heard.take(), [failed], "{code:?}");
    }
    let _ = by_itself(&heard, &Status::resource_exhausted("")).await;
    let exhausted = Verdict::permanent().overloaded();
    assert_eq!(heard.take(), [GateOutcome::Failure(exhausted)]);
    let _ = by_itself(&heard, &Status::not_found("")).await;
    assert_eq!(heard.take(), [GateOutcome::Success]);
    let unavailable = [GateOutcome::Failure(Verdict::transient())];
    let _ = by_codes(&heard, &Status::unavailable("")).await;
    assert_eq!(heard.take(), unavailable);
    let _ = unsent(&heard, &Status::unavailable("")).await;
    assert_eq!(heard.take(), unavailable);
}

#[tokio::test(start_paused = true)]
async fn do_not_retry_is_kept_to_and_a_failure() {
    let heard = Heard::default();
    for values in [&["-1"][..], &["soon"], &["10", "10"]] {
        let _ = by_itself(&heard, &pushed_back(values)).await;
        let told = Verdict::transient().with_no_retry();
        assert_eq!(heard.take(), [GateOutcome::Failure(told)], "{values:?}");
    }
    let _ = by_itself(&heard, &pushed_back(&["10"])).await;
    assert_eq!(heard.take().len(), 2);
}
