//! What every call of an outage says is said once, and counted.

use super::support::{Fault, Seen, seen};
use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, retry};
use std::cell::Cell;

#[retry(max = 1, backoff = none, budget = budget, name = "get")]
async fn get(budget: &Budget) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

#[retry(max = 1, hedge = 60s, backoff = none, budget = budget, name = "get")]
async fn get_hedged(budget: &Budget) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

fn empty() -> Budget {
    let budget = Budget::standard();
    while budget.try_retry(1) {}
    budget
}

fn levels(seen: &Seen) -> Vec<&str> {
    let levels = seen
        .events
        .iter()
        .map(|event| event.split_once(' ').unwrap().0);
    levels.collect()
}

#[test]
fn an_empty_budget_is_told_of_once_until_a_retry_is_granted() {
    let budget = empty();
    let ((), seen) = seen(async {
        for _ in 0..2 {
            for _ in 0..2 {
                let _ = get(&budget).await;
                let _ = get_hedged(&budget).await;
            }
            // Pays for a retry.
            (0..100).for_each(|_| budget.record_success());
            let _ = get(&budget).await;
            while budget.try_retry(1) {}
        }
    });
    let stretch = ["ERROR", "DEBUG", "DEBUG", "DEBUG", "WARN", "ERROR"];
    assert_eq!(levels(&seen), [stretch, stretch].concat());
    for at in [4, 10] {
        let granted = &seen.events[at];
        assert!(granted.ends_with(" suppressed=3"), "{granted}");
    }
    for repeated in &seen.events[1..4] {
        assert!(
            repeated.contains("attempt failed, not retried "),
            "{repeated}"
        );
        assert!(repeated.ends_with(" ended=\"budget\""), "{repeated}");
    }
}

#[test]
fn a_retry_that_ends_no_stretch_has_no_count() {
    let (_, seen) = seen(get(&Budget::standard()));
    assert_eq!(levels(&seen), ["WARN", "ERROR"]);
    assert!(!seen.events[0].contains("suppressed"), "{}", seen.events[0]);
}

/// Open, unless told to let an attempt through.
struct Breaker(Cell<bool>);

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        let is_closed = self.0.get();
        is_closed
            .then_some(Admission::Normal)
            .ok_or(Rejected::new())
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[retry(breaker = breaker, rejected = |_| Fault::TRANSIENT, budget = budget, name = "gated")]
async fn gated(breaker: &Breaker, budget: &Budget) -> Result<u32, Fault> {
    Err(Fault::PERMANENT)
}

#[test]
fn an_open_breaker_is_told_of_once_until_an_attempt_fails() {
    let (breaker, budget) = (Breaker(Cell::new(false)), Budget::standard());
    let ((), seen) = seen(async {
        for _ in 0..2 {
            for _ in 0..3 {
                let _ = gated(&breaker, &budget).await;
            }
            breaker.0.set(true);
            let _ = gated(&breaker, &budget).await;
            breaker.0.set(false);
        }
        let _ = get(&budget).await;
    });
    let stretch = ["ERROR", "DEBUG", "DEBUG", "DEBUG"];
    assert_eq!(levels(&seen)[..8], [stretch, stretch].concat());
    assert!(seen.events[1].ends_with(" ended=\"rejected\""));
    assert!(seen.events[3].ends_with(" ended=\"permanent\""));
    // Those that were not told of are in the next event of a retry.
    assert!(
        seen.events[8].ends_with(" suppressed=4"),
        "{}",
        seen.events[8]
    );
}
