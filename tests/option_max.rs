//! `max`: the most retries after the first attempt.

mod support;

use retry_runtime::retry;
use std::cell::Cell;
use support::{Calls, Fault, recorded};

const RETRIES: u32 = 2;

#[retry(budget = none)]
async fn bare(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 3, budget = none)]
async fn three(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(max = RETRIES, budget = none)]
async fn constant(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = retries, sleep = support::sleep, budget = none)]
async fn argument(calls: &Calls, retries: u32) -> Result<u32, Fault> {
    calls.fail()
}

struct Client {
    retries: u32,
    calls: Calls,
}

impl Client {
    #[retry(max = self.retries, budget = none)]
    async fn field(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(max = self.retries + 1, budget = none)]
    async fn lent(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[retry(max = { asked.set(asked.get() + 1); 4 }, budget = none)]
async fn asked_for(asked: &Cell<u32>, calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = u32::MAX, backoff = none, budget = none)]
async fn endless(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(max = unlimited, backoff = none, budget = none)]
async fn unlimited(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

const MANY: usize = 4;
const FEW: u8 = 1;

#[retry(max = MANY, budget = none)]
async fn counted_by_usize(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = FEW, budget = none)]
async fn counted_by_u8(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 1 + 2, budget = none)]
async fn counted_by_literals(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = if patient { 5 } else { 1 }, budget = none)]
async fn chosen(calls: &Calls, patient: bool) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 2usize, budget = none)]
async fn suffixed(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = u64::MAX, backoff = none, budget = none)]
async fn more_than_fit(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(max = 2, sleep = support::skip, budget = none)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn three_retries_are_four_attempts() {
    let calls = Calls::new();
    assert_eq!(three(&calls, u32::MAX).await, Err(Fault::Down(4)));
    assert_eq!(calls.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn three_is_the_default() {
    let calls = Calls::new();
    assert_eq!(bare(&calls).await, Err(Fault::Down(4)));
    assert_eq!(calls.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_first_success_ends_the_call() {
    for failures in 0..=3 {
        let calls = Calls::new();
        assert_eq!(three(&calls, failures).await, Ok(failures + 1));
        assert_eq!(calls.count(), failures + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_be_an_expression() {
    let calls = Calls::new();
    assert_eq!(constant(&calls).await, Err(Fault::Down(3)));
    let calls = Calls::new();
    assert_eq!(argument(&calls, 5).await, Err(Fault::Down(6)));
    let mut client = Client {
        retries: 1,
        calls: Calls::new(),
    };
    assert_eq!(client.field().await, Err(Fault::Down(2)));
    assert_eq!(client.lent().await, Err(Fault::Down(5)));
}

#[tokio::test(start_paused = true)]
async fn zero_retries_are_one_attempt() {
    let calls = Calls::new();
    let (outcome, asked) = recorded(argument(&calls, 0)).await;
    assert_eq!(outcome, Err(Fault::Down(1)));
    assert_eq!(calls.count(), 1);
    assert!(asked.is_empty(), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn an_expression_is_evaluated_once_a_call() {
    let (asked, calls) = (Cell::new(0), Calls::new());
    assert_eq!(asked_for(&asked, &calls).await, Err(Fault::Down(5)));
    assert_eq!(asked.get(), 1);
    assert_eq!(asked_for(&asked, &calls).await, Err(Fault::Down(10)));
    assert_eq!(asked.get(), 2);
}

#[tokio::test(start_paused = true)]
async fn there_is_no_hidden_limit() {
    assert_eq!(endless(&Calls::new(), 10_000).await, Ok(10_001));
    assert_eq!(unlimited(&Calls::new(), 10_000).await, Ok(10_001));
}

#[tokio::test(start_paused = true)]
async fn any_unsigned_integer_will_do() {
    assert_eq!(counted_by_usize(&Calls::new()).await, Err(Fault::Down(5)));
    assert_eq!(counted_by_u8(&Calls::new()).await, Err(Fault::Down(2)));
    assert_eq!(suffixed(&Calls::new()).await, Err(Fault::Down(3)));
    assert_eq!(
        counted_by_literals(&Calls::new()).await,
        Err(Fault::Down(4))
    );
    assert_eq!(chosen(&Calls::new(), true).await, Err(Fault::Down(6)));
    assert_eq!(chosen(&Calls::new(), false).await, Err(Fault::Down(2)));
    // What a `u32` cannot hold is no limit, and not what is left of it.
    assert_eq!(more_than_fit(&Calls::new(), 1000).await, Ok(1001));
}

#[test]
fn a_sync_function_counts_alike() {
    let calls = Calls::new();
    assert_eq!(sync(&calls), Err(Fault::Down(3)));
    assert_eq!(calls.count(), 3);
}
