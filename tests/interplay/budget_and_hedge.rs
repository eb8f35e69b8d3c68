//! `budget` and `hedge`: what pays for retries pays for hedges.

use crate::support::{Calls, Fault, ms};
use crate::{TOLD, answer_late, tell};
use retry_runtime::{Budget, Ended, retry};

#[retry(max = 2, hedge(50ms, 2), budget = budget, fallback = |error, end| tell(error, end.reason))]
async fn slow(budget: &Budget, calls: &Calls, fails: bool) -> Result<u32, Fault> {
    answer_late(calls, fails).await
}

fn with_tokens(tokens: u32) -> Budget {
    let budget = Budget::standard();
    for _ in tokens..10 {
        assert!(budget.try_retry(2));
    }
    budget
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_the_budget_refuses_is_not_started() {
    for (tokens, calls_expected) in [(0, 1), (1, 2), (2, 3)] {
        let (budget, calls) = (with_tokens(tokens), Calls::new());
        assert_eq!(slow(&budget, &calls, false).await, Ok(1));
        assert_eq!(calls.count(), calls_expected);
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_and_retries_share_it() {
    let (budget, calls) = (with_tokens(1), Calls::new());
    // The hedge takes the last token, so that no failure is retried.
    assert!(slow(&budget, &calls, true).await.is_err());
    assert_eq!(calls.count(), 2);
    assert_eq!(TOLD.get(), Some(Ended::Budget));
    assert!(budget.level() < 1e-6);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_before_its_hedge_has_spent_nothing() {
    let (budget, calls) = (with_tokens(2), Calls::new());
    let call = tokio::time::timeout(ms(49), slow(&budget, &calls, false));
    assert!(call.await.is_err());
    assert!((budget.level() - 2.0).abs() < 1e-6);
}
