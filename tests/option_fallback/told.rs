//! It is told why retries ended.

use crate::outage::{Breaker, Door};
use crate::support::{Calls, Fault, ms};
use retry_runtime::{Budget, Ended, Rejected, Verdict, retry};
use std::cell::Cell;
use std::future::{Future, pending};
use tokio::time::sleep;

thread_local! {
    static TOLD: Cell<Option<Ended>> = const { Cell::new(None) };
}

fn tell(error: Fault, ended: Ended) -> Result<u32, Fault> {
    TOLD.set(Some(ended));
    Err(error)
}

/// Why the call ended, as its fallback was told.
async fn reason(call: impl Future<Output = Result<u32, Fault>>) -> Option<Ended> {
    TOLD.set(None);
    assert!(call.await.is_err());
    TOLD.take()
}

fn rejected(_: Rejected) -> Fault {
    Fault::Bad(503)
}

#[retry(
    max = 1,
    budget = budget,
    breaker = breaker,
    deadline = 10s,
    on = |_| verdict,
    rejected = rejected,
    fallback = |error, end| tell(error, end.reason),
)]
async fn told(
    budget: &Budget,
    breaker: &Breaker,
    verdict: Verdict,
    hangs: bool,
) -> Result<u32, Fault> {
    if hangs {
        pending::<()>().await;
    }
    Err(Fault::Down(1))
}

#[tokio::test(start_paused = true)]
async fn it_is_told_why_retries_ended() {
    let budget = Budget::standard();
    while budget.level() > 1.0 {
        assert!(budget.try_retry(1));
    }
    let closed = Breaker::new(Door::Closed);
    let transient = Verdict::transient();
    let ask = |verdict| told(&budget, &closed, verdict, false);
    let permanent = Verdict::permanent();
    assert_eq!(reason(ask(permanent)).await, Some(Ended::Permanent));
    let long = transient.with_pushback(ms(60_000));
    assert_eq!(reason(ask(long)).await, Some(Ended::Pushback));
    let late = transient.with_pushback(ms(20_000));
    assert_eq!(reason(ask(late)).await, Some(Ended::Deadline));
    assert_eq!(reason(ask(transient)).await, Some(Ended::Exhausted));
    assert_eq!(reason(ask(transient)).await, Some(Ended::Budget));
    let open = Breaker::new(Door::Open);
    let call = told(&budget, &open, transient, false);
    assert_eq!(reason(call).await, Some(Ended::Rejected));
    let call = told(&budget, &closed, transient, true);
    assert_eq!(reason(call).await, Some(Ended::Deadline));
}

#[retry(max = 1, backoff = none, budget = none)]
async fn outer(calls: &Calls) -> Result<u32, Fault> {
    inner(calls).await
}

#[retry(max = 1, backoff = none, budget = none, fallback = |error, end| tell(error, end.reason))]
async fn inner(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn it_is_told_of_a_layer_further_out() {
    assert_eq!(reason(outer(&Calls::new())).await, Some(Ended::Nested));
}

#[retry(max = 9, backoff = [ms(1)], fallback = |error, end| tell(error, end.reason))]
async fn by_iterator(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_backoff_is_exhaustion() {
    let calls = Calls::new();
    assert_eq!(reason(by_iterator(&calls)).await, Some(Ended::Exhausted));
    assert_eq!(calls.count(), 2);
}

#[retry(max = 1, backoff = none, on_ok = |number| *number < 9, fallback = |_| Ok(0))]
async fn responses(calls: &Calls) -> Result<u32, Fault> {
    Ok(calls.next())
}

#[tokio::test]
async fn a_response_that_was_retried_comes_back_and_is_no_failure() {
    assert_eq!(responses(&Calls::new()).await, Ok(2));
}

#[retry(
    max = 3, hedge(50ms, 3), backoff = none, budget = none, breaker = breaker, rejected = rejected,
    fallback = |_, end| Ok(end.attempts),
)]
async fn counted_beside(calls: &Calls, breaker: &Breaker, closes_at: u32) -> Result<u32, Fault> {
    let number = calls.next();
    if number == closes_at {
        breaker.set(Door::Open);
    }
    if number == 1 {
        sleep(ms(120)).await;
    }
    Err(Fault::Down(number))
}

#[retry(
    max = 3, backoff = none, budget = none, breaker = breaker, rejected = rejected,
    fallback = |_, end| Ok(end.attempts),
)]
async fn counted(calls: &Calls, breaker: &Breaker, closes_at: u32) -> Result<u32, Fault> {
    let number = calls.next();
    if number == closes_at {
        breaker.set(Door::Open);
    }
    Err(Fault::Down(number))
}

#[tokio::test(start_paused = true)]
async fn it_is_told_how_many_attempts_were_made() {
    for (closes_at, made) in [(9, 4), (1, 1), (3, 3)] {
        let breaker = Breaker::new(Door::Closed);
        let outcome = counted(&Calls::new(), &breaker, closes_at).await;
        assert_eq!(outcome, Ok(made), "closed at {closes_at}");
    }
    let open = Breaker::new(Door::Open);
    assert_eq!(counted(&Calls::new(), &open, 9).await, Ok(0));
    assert_eq!(counted_beside(&Calls::new(), &open, 9).await, Ok(0));
    let closed = Breaker::new(Door::Closed);
    assert_eq!(counted_beside(&Calls::new(), &closed, 9).await, Ok(4));
    // The first hedge fails, and its retry is not admitted.
    let closing = Breaker::new(Door::Closed);
    assert_eq!(counted_beside(&Calls::new(), &closing, 2).await, Ok(2));
}
