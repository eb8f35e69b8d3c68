//! `before_retry` and `breaker`: no hook runs for a retry that is rejected.

use crate::outage::{Breaker, Door};
use crate::rejected;
use crate::support::{Calls, Fault};
use retry_runtime::retry;
use std::cell::RefCell;

thread_local! {
    static LOG: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

#[retry(backoff = none, breaker = breaker, rejected = rejected,
    before_retry = |retry| LOG.with_borrow_mut(|log| log.push(retry.number())))]
async fn get(breaker: &Breaker, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn no_hook_runs_for_a_retry_that_is_rejected() {
    let (breaker, calls) = (Breaker::new(Door::OpensAt(2)), Calls::new());
    assert_eq!(get(&breaker, &calls).await, Err(Fault::Bad(503)));
    assert_eq!(LOG.take(), [2]);
}
