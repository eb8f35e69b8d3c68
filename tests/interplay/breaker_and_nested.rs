//! `breaker` and layers: the attempts of every layer are heard of.

use crate::outage::{Breaker, Door};
use crate::rejected;
use crate::support::{Calls, Fault};
use retry_runtime::gate::GateOutcome;
use retry_runtime::{Verdict, retry};

const FAILURE: GateOutcome = GateOutcome::Failure(Verdict::transient());

#[retry(max = 3, backoff = none, budget = none)]
async fn outer(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    inner(breaker, calls).await
}

#[retry(max = 3, backoff = none, budget = none, breaker = breaker, rejected = rejected)]
async fn inner(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 3, backoff = none, budget = none, breaker = breaker, rejected = rejected)]
async fn guarded(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    plain(calls).await
}

#[retry(max = 3, backoff = none, budget = none)]
async fn plain(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn the_attempts_of_all_layers_are_admitted_and_heard_of() {
    let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
    assert_eq!(outer(&breaker, &calls).await, Err(Fault::Down(7)));
    assert_eq!(breaker.heard(), [FAILURE; 7]);
}

#[tokio::test]
async fn an_inner_rejection_ends_the_outer_retries_by_its_own_error() {
    let (breaker, calls) = (Breaker::new(Door::OpensAt(2)), Calls::new());
    // `Bad` is permanent: the outer layer fails fast as well.
    assert_eq!(outer(&breaker, &calls).await, Err(Fault::Bad(503)));
    assert_eq!(calls.count(), 2);
}

#[tokio::test]
async fn an_outer_breaker_hears_of_its_own_attempts_alone() {
    let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
    assert!(guarded(&breaker, &calls).await.is_err());
    assert_eq!(calls.count(), 4 + 3);
    assert_eq!(breaker.heard(), [FAILURE; 4]);
}

/// What was a probe further out is one attempt, whatever there is inside.
#[tokio::test]
async fn a_probe_keeps_the_retries_inside() {
    let (breaker, calls) = (Breaker::new(Door::HalfOpen), Calls::new());
    assert!(guarded(&breaker, &calls).await.is_err());
    assert_eq!(calls.count(), 4);
    assert_eq!(breaker.heard(), [FAILURE]);
}
