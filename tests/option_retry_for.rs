//! `retry_for`: the time within which retries start.

mod support;

use retry_runtime::{Budget, Policy, idempotent, retry};
use std::time::Duration;
use support::{Calls, Fault, ms, timed};
use tokio::time::sleep;

#[retry(retry_for = 1s, backoff = fixed(300ms), jitter = none, budget = none)]
async fn down(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(retry_for = 900ms, backoff = fixed(300ms), jitter = none, budget = none)]
async fn just(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(retry_for = 1s, max = 1, backoff = fixed(100ms), jitter = none, budget = none)]
async fn counted(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

/// An error that no time-out can become.
#[derive(Debug, PartialEq)]
struct Slow(u32);

#[retry(retry_for = 1s, backoff = none, budget = none, on = |_| true)]
async fn slow(calls: &Calls) -> Result<u32, Slow> {
    let number = calls.next();
    sleep(ms(700)).await;
    Err(Slow(number))
}

#[retry(retry_for = 1s, deadline = 5s, budget = none)]
async fn pushed_back(calls: &Calls, wait: Duration) -> Result<u32, Fault> {
    match calls.next() {
        1 => Err(Fault::Busy(wait)),
        number => Ok(number),
    }
}

#[retry(retry_for = time, backoff = fixed(300ms), jitter = none, budget = none)]
async fn given(calls: &Calls, time: Option<Duration>) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = policy, backoff = fixed(300ms), jitter = none)]
async fn by_policy(calls: &Calls, policy: &Policy) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = policy, retry_for = none, backoff = none)]
async fn lifted(calls: &Calls, policy: &Policy) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(retry_for = 10s, hedge = 400ms, budget = none, backoff = fixed(300ms), jitter = none)]
async fn hedged(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(retry_for = 500ms, hedge(200ms, 8), budget = none)]
async fn hedged_and_slow(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    sleep(ms(2000)).await;
    Ok(calls.count())
}

#[retry(retry_for = 50ms, backoff = fixed(20ms), jitter = none, budget = none)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

struct Client {
    calls: Calls,
    budget: Budget,
}

#[retry(retry_for = 1s, budget = &self.budget, backoff = fixed(400ms), jitter = none)]
impl Client {
    #[idempotent]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[idempotent]
    #[retry(retry_for = none)]
    async fn list(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn no_retry_starts_later_and_no_wait_is_begun_for_one() {
    let calls = Calls::new();
    let (outcome, took) = timed(down(&calls)).await;
    // At 0, 300, 600 and 900 ms: the next would be at 1.2 s.
    assert_eq!((outcome, took), (Err(Fault::Down(4)), ms(900)));
}

#[tokio::test(start_paused = true)]
async fn a_retry_may_start_at_its_very_end() {
    let (outcome, took) = timed(just(&Calls::new())).await;
    assert_eq!((outcome, took), (Err(Fault::Down(4)), ms(900)));
}

#[tokio::test(start_paused = true)]
async fn without_it_and_without_max_there_are_three_and_with_it_max_holds() {
    assert_eq!(counted(&Calls::new()).await, Err(Fault::Down(2)));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_runs_is_not_cut_and_the_last_error_comes_back() {
    let (outcome, took) = timed(slow(&Calls::new())).await;
    assert_eq!((outcome, took), (Err(Slow(2)), ms(1400)));
}

#[tokio::test(start_paused = true)]
async fn a_push_back_that_would_end_past_it_ends_the_call_at_once() {
    let (outcome, took) = timed(pushed_back(&Calls::new(), ms(1001))).await;
    assert_eq!(outcome, Err(Fault::Busy(ms(1001))));
    assert_eq!(took, ms(0));
    assert_eq!(pushed_back(&Calls::new(), ms(1000)).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_an_expression() {
    let (outcome, took) = timed(given(&Calls::new(), Some(ms(500)))).await;
    assert_eq!((outcome, took), (Err(Fault::Down(2)), ms(300)));
    // No limit in time: `max` is what it is without the key.
    assert_eq!(
        given(&Calls::new(), None).await,
        Err(Fault::Down(4)),
        "three retries"
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_can_bring_it_and_none_lifts_it() {
    let policy = "retry_for = 1s".parse().unwrap();
    let (outcome, took) = timed(by_policy(&Calls::new(), &policy)).await;
    assert_eq!((outcome, took), (Err(Fault::Down(4)), ms(900)));
    let long = Policy::DEFAULT.with_retry_for(ms(2000));
    assert_eq!(
        by_policy(&Calls::new(), &long).await,
        Err(Fault::Down(7)),
        "`max` is unlimited beside it"
    );
    assert_eq!(lifted(&Calls::new(), &long).await, Err(Fault::Down(4)));
    let read_back = long.to_string().parse().unwrap();
    assert_eq!(lifted(&Calls::new(), &read_back).await, Err(Fault::Down(4)));
}

#[tokio::test(start_paused = true)]
async fn it_bounds_retries_and_hedges_of_a_hedged_call() {
    let (outcome, took) = timed(hedged(&Calls::new())).await;
    assert_eq!((outcome, took), (Err(Fault::Down(34)), ms(9900)));
    // At 0, 200 and 400 ms: the next hedge would start at 600 ms.
    let (outcome, took) = timed(hedged_and_slow(&Calls::new())).await;
    assert_eq!((outcome, took), (Ok(3), ms(2000)));
}

#[tokio::test(start_paused = true)]
async fn a_block_has_it_for_its_methods() {
    let client = Client {
        calls: Calls::new(),
        budget: Budget::standard(),
    };
    let (outcome, took) = timed(client.get()).await;
    assert_eq!((outcome, took), (Err(Fault::Down(3)), ms(800)));
    let (outcome, took) = timed(client.list()).await;
    assert_eq!((outcome, took), (Err(Fault::Down(7)), ms(1200)));
}

#[test]
fn a_sync_function_has_it_too() {
    let outcome = sync(&Calls::new());
    assert!(
        matches!(outcome, Err(Fault::Down(2..=3))),
        "{outcome:?} after at most 50 ms of waits of 20 ms"
    );
}
