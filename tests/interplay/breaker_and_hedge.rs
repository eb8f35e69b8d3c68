//! `breaker` and `hedge`: losers are abandoned, and a rejection ends the hedging.

use crate::outage::{Breaker, Door};
use crate::support::{Calls, Fault, ms, timed};
use crate::{TOLD, answer_late, rejected, tell};
use retry_runtime::gate::GateOutcome;
use retry_runtime::{Budget, Ended, retry};
use tokio::time::sleep;

#[retry(max = 2, hedge(50ms, 2), budget = budget, breaker = breaker, rejected = rejected,
    fallback = |error, end| tell(error, end.reason))]
async fn slow(
    budget: &Budget,
    breaker: &Breaker,
    calls: &Calls,
    fails: bool,
) -> Result<u32, Fault> {
    answer_late(calls, fails).await
}

#[tokio::test(start_paused = true)]
async fn losers_are_abandoned() {
    let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
    let outcome = slow(&Budget::standard(), &breaker, &calls, false).await;
    assert_eq!(outcome, Ok(1));
    let abandoned = GateOutcome::Abandoned;
    assert_eq!(
        breaker.heard(),
        [GateOutcome::Success, abandoned, abandoned]
    );
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_is_rejected_is_not_paid_for_and_ends_the_hedging() {
    let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
    let budget = Budget::standard();
    let open = async {
        sleep(ms(10)).await;
        breaker.set(Door::Open);
    };
    let (outcome, ()) = tokio::join!(slow(&budget, &breaker, &calls, false), open);
    assert_eq!(outcome, Ok(1), "what is pending may still succeed");
    assert_eq!(calls.count(), 1);
    // All that was paid is back, and the success has earned its share.
    assert!(
        (10.0..10.16).contains(&budget.level()),
        "{}",
        budget.level()
    );
}

#[tokio::test(start_paused = true)]
async fn the_rejection_is_the_reason_where_nothing_succeeds() {
    let (breaker, calls) = (Breaker::new(Door::Closed), Calls::new());
    let open = async {
        sleep(ms(10)).await;
        breaker.set(Door::Open);
    };
    let budget = Budget::standard();
    let (outcome, ()) = tokio::join!(slow(&budget, &breaker, &calls, true), open);
    assert_eq!(outcome, Err(Fault::Down(1)), "the service's own error");
    assert_eq!(TOLD.get(), Some(Ended::Rejected));
    let (outcome, took) = timed(slow(&budget, &breaker, &calls, true)).await;
    assert_eq!((outcome, took), (Err(Fault::Bad(503)), ms(0)));
}
