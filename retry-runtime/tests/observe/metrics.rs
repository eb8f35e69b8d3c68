//! Metrics: counters, the delays and the budget's level.

use super::support::{Fault, Seen, seen};
use retry_runtime::gate::{Admission, GateOutcome};
use retry_runtime::{Budget, Gate, Rejected, retry};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::sleep;

#[retry(backoff = exp(100ms, 2, 1s), jitter = none, budget = budget, name = "get")]
async fn get(failures: u32, budget: &Budget, number: &mut u32) -> Result<u32, Fault> {
    *number += 1;
    if *number <= failures {
        Err(Fault::TRANSIENT)
    } else {
        Ok(*number)
    }
}

/// One line a metric.
fn lines(seen: &Seen) -> Vec<String> {
    seen.metrics
        .iter()
        .map(|(name, values)| format!("{name} {values:?}"))
        .collect()
}

#[test]
fn an_exhausted_call() {
    let budget = Budget::standard();
    let (_, seen) = seen(get(9, &budget, &mut 0));
    assert_eq!(
        lines(&seen),
        [
            "retry.client.budget.level{function=get} [7.0]",
            "retry.client.call.attempts{function=get} [4.0]",
            "retry.client.call.endings{function=get,reason=exhausted} [1.0]",
            "retry.client.call.retries{function=get} [3.0]",
            "retry.client.call.retry_delay{function=get} [0.1, 0.2, 0.4]",
        ]
    );
}

#[test]
fn a_call_that_succeeded_after_retries() {
    let budget = Budget::standard();
    let (_, seen) = seen(get(1, &budget, &mut 0));
    assert_eq!(
        lines(&seen),
        [
            "retry.client.budget.level{function=get} [9.0]",
            "retry.client.call.attempts{function=get} [2.0]",
            "retry.client.call.endings{function=get,reason=recovered} [1.0]",
            "retry.client.call.retries{function=get} [1.0]",
            "retry.client.call.retry_delay{function=get} [0.1]",
        ]
    );
}

#[test]
fn a_retry_that_the_budget_refused() {
    let budget = Budget::standard().reserve(1);
    while budget.try_retry(1) {}
    let (_, seen) = seen(get(9, &budget, &mut 0));
    let reason = "retry.client.call.endings{function=get,reason=budget}";
    assert_eq!(seen.metrics[reason], [1.0]);
    assert_eq!(
        seen.metrics["retry.client.budget.level{function=get}"],
        [0.0]
    );
    assert!(
        !seen
            .metrics
            .contains_key("retry.client.call.retries{function=get}")
    );
}

#[retry(hedge = 50ms, attempt = at, budget = none, name = "hedged")]
async fn hedged() -> Result<u32, Fault> {
    if !at.is_retry() {
        sleep(Duration::from_secs(60)).await;
    }
    Ok(at.number())
}

#[test]
fn a_hedge() {
    let (_, seen) = seen(hedged());
    assert_eq!(
        lines(&seen),
        [
            "retry.client.call.attempts{function=hedged} [2.0]",
            "retry.client.call.endings{function=hedged,reason=recovered} [1.0]",
            "retry.client.call.hedges{function=hedged} [1.0]",
        ]
    );
}

/// Admits as many attempts.
struct Turnstile(Cell<u32>);

impl Gate for Turnstile {
    fn admit(&self) -> Result<Admission, Rejected> {
        let left = self.0.get().checked_sub(1).ok_or(Rejected::new())?;
        self.0.set(left);
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

#[retry(breaker = gate, rejected = |_| Fault::PERMANENT, budget = none, name = "gated")]
async fn gated(gate: &Turnstile) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

#[retry(breaker = gate, rejected = |_| Fault::PERMANENT, budget = none, hedge = 60s, name = "gated")]
async fn gated_and_hedged(gate: &Turnstile) -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

/// An attempt that the breaker has not admitted was not made.
#[test]
fn a_rejected_call() {
    let attempts = "retry.client.call.attempts{function=gated}";
    let rejected = "retry.client.call.endings{function=gated,reason=rejected}";
    for admitted in 0..=2 {
        let gate = Turnstile(Cell::new(admitted));
        let (_, alone) = seen(gated(&gate));
        gate.0.set(admitted);
        let (_, hedged) = seen(gated_and_hedged(&gate));
        for seen in [alone, hedged] {
            assert_eq!(seen.metrics[rejected], [1.0]);
            let counted = seen.metrics.get(attempts).map(|counts| counts[0]);
            let made = (admitted > 0).then_some(f64::from(admitted));
            assert_eq!(counted, made, "{:?}", lines(&seen));
        }
    }
}

#[retry]
async fn answer(fault: Option<Fault>) -> Result<u32, Fault> {
    match fault {
        Some(Fault { verdict }) => Err(Fault { verdict }),
        None => Ok(1),
    }
}

/// As in gRPC A96: calls without retries are not reported.
#[test]
fn the_first_answer() {
    for fault in [None, Some(Fault::PERMANENT)] {
        let (_, seen) = seen(answer(fault));
        assert!(seen.metrics.is_empty(), "{:?}", lines(&seen));
    }
}
