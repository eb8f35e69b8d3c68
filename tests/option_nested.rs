//! `nested`, and what holds without it: a retry is not retried.

mod support;

use retry_runtime::{Ended, Verdict, retry};
use std::cell::Cell;
use std::sync::Arc;
use support::{Calls, Fault, ms};
use tokio::time::sleep;

#[retry(budget = none)]
async fn top(calls: &Calls) -> Result<u32, Fault> {
    middle(calls).await
}

#[retry(budget = none)]
async fn middle(calls: &Calls) -> Result<u32, Fault> {
    bottom(calls).await
}

#[retry(budget = none)]
async fn bottom(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    sleep(ms(5)).await;
    Err(Fault::Down(calls.count()))
}

#[tokio::test(start_paused = true)]
async fn three_layers_make_ten_calls_and_not_64() {
    let calls = Calls::new();
    assert_eq!(top(&calls).await, Err(Fault::Down(10)));
    assert_eq!(calls.count(), 4 + 3 + 3);
}

#[tokio::test(start_paused = true)]
async fn each_layer_alone_has_all_its_retries() {
    for (layers, expected) in [(1, 4), (2, 7)] {
        let calls = Calls::new();
        let outcome = match layers {
            1 => bottom(&calls).await,
            _ => middle(&calls).await,
        };
        assert_eq!(outcome, Err(Fault::Down(expected)));
    }
}

/// Two calls that run at once are no layers of one another.
#[tokio::test(start_paused = true)]
async fn calls_side_by_side_do_not_count_as_nested() {
    let (one, other) = (Calls::new(), Calls::new());
    let (first, second) = tokio::join!(bottom(&one), async {
        sleep(ms(60)).await;
        bottom(&other).await
    });
    assert!(first.is_err() && second.is_err());
    assert_eq!((one.count(), other.count()), (4, 4));
}

#[retry(max = 3, backoff = none, budget = none)]
async fn of_two_steps(calls: &Calls, first: &Calls) -> Result<u32, Fault> {
    first.fail_first(1)?;
    bottom(calls).await
}

/// The outer call is on its second attempt when the inner one begins.
#[tokio::test(start_paused = true)]
async fn on_an_outer_retry_an_inner_call_is_one_attempt() {
    let (calls, first) = (Calls::new(), Calls::new());
    assert!(of_two_steps(&calls, &first).await.is_err());
    assert_eq!(first.count(), 4);
    assert_eq!(calls.count(), 3, "one a retry, none on the first attempt");
}

thread_local! {
    static ENDED: Cell<Option<Ended>> = const { Cell::new(None) };
}

#[retry(max = 1, backoff = none, budget = none)]
async fn outer(calls: &Calls) -> Result<u32, Fault> {
    telling(calls).await
}

#[retry(max = 1, backoff = none, budget = none, fallback = |error, end| {
    ENDED.set(Some(end.reason));
    Err(error)
})]
async fn telling(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn the_inner_call_says_why_it_was_not_retried() {
    assert_eq!(outer(&Calls::new()).await, Err(Fault::Down(3)));
    assert_eq!(ENDED.get(), Some(Ended::Nested));
}

/// Optimistic locking: read, change, write; start over when someone else wrote.
struct Store {
    reads: Calls,
    writes: Calls,
}

#[derive(Debug, PartialEq)]
enum StoreError {
    Conflict,
    Rpc(Fault),
}

impl Store {
    #[retry(nested = allow, backoff = none, budget = none, on = |error| *error == StoreError::Conflict)]
    async fn update(&self) -> Result<u32, StoreError> {
        self.read().await.map_err(StoreError::Rpc)?;
        match self.writes.next() {
            1 => Err(StoreError::Conflict),
            number => Ok(number),
        }
    }

    #[retry(nested = allow, backoff = none, budget = none, on = |error| *error == StoreError::Conflict)]
    async fn update_hedged(&self) -> Result<u32, StoreError> {
        self.update().await
    }

    /// Every other answer is a failure.
    #[retry(backoff = none, budget = none)]
    async fn read(&self) -> Result<u32, Fault> {
        match self.reads.next() {
            number if number % 2 == 1 => Err(Fault::Down(number)),
            number => Ok(number),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_outer_call_that_retries_conflicts_keeps_its_inner_retries() {
    let store = Store {
        reads: Calls::new(),
        writes: Calls::new(),
    };
    assert_eq!(store.update().await, Ok(2));
    assert_eq!(store.reads.count(), 4, "each read was retried once");
    assert_eq!(store.update_hedged().await, Ok(3));
}

#[retry(nested = allow, max = 1, backoff = none, budget = none)]
async fn allowing(calls: &Calls) -> Result<u32, Fault> {
    bottom(calls).await
}

#[retry(max = 1, backoff = none, budget = none)]
async fn around_allowing(calls: &Calls) -> Result<u32, Fault> {
    allowing(calls).await
}

/// `allow` is about the retries of the function that says it, not about those
/// further out.
#[tokio::test(start_paused = true)]
async fn it_does_not_undo_what_a_layer_further_out_says() {
    let calls = Calls::new();
    assert!(allowing(&calls).await.is_err());
    assert_eq!(calls.count(), 8);
    let calls = Calls::new();
    assert!(around_allowing(&calls).await.is_err());
    assert_eq!(calls.count(), 8 + 1);
}

#[retry(sleep = support::skip, budget = none)]
fn sync_top(calls: &Calls) -> Result<u32, Fault> {
    sync_middle(calls)
}

#[retry(sleep = support::skip, budget = none)]
fn sync_middle(calls: &Calls) -> Result<u32, Fault> {
    sync_bottom(calls)
}

#[retry(sleep = support::skip, budget = none)]
fn sync_bottom(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = support::skip, budget = none, nested = allow)]
fn sync_allowing(calls: &Calls) -> Result<u32, Fault> {
    sync_bottom(calls)
}

#[retry(budget = none, backoff = none)]
async fn around_sync(calls: &Calls) -> Result<u32, Fault> {
    sync_bottom(calls)
}

#[test]
fn sync_layers_make_ten_calls_too() {
    let calls = Calls::new();
    assert_eq!(sync_top(&calls), Err(Fault::Down(10)));
    let calls = Calls::new();
    assert_eq!(sync_allowing(&calls), Err(Fault::Down(16)));
}

#[tokio::test(start_paused = true)]
async fn an_async_layer_counts_for_a_sync_one() {
    let calls = Calls::new();
    assert_eq!(around_sync(&calls).await, Err(Fault::Down(7)));
}

#[retry(max = 1, backoff = none, budget = none)]
async fn spawning(calls: Arc<Calls>) -> Result<u32, Fault> {
    let inner = Arc::clone(&calls);
    let task = tokio::spawn(async move { bottom(&inner).await });
    task.await.unwrap_or(Err(Fault::Bad(0)))
}

/// A task is a layer of its own: it may outlive the attempt that spawned it.
#[tokio::test(start_paused = true)]
async fn it_does_not_carry_into_a_task() {
    let calls = Arc::new(Calls::new());
    assert!(spawning(Arc::clone(&calls)).await.is_err());
    assert_eq!(calls.count(), 2 * 4);
}

#[retry(max = 1, hedge = 10ms, budget = none)]
async fn hedging(calls: &Calls, first: &Calls) -> Result<u32, Fault> {
    if first.next() == 1 {
        sleep(ms(1000)).await;
    }
    bottom(calls).await
}

#[tokio::test(start_paused = true)]
async fn a_hedge_counts_as_a_retry_for_the_calls_inside() {
    let (calls, first) = (Calls::new(), Calls::new());
    assert!(hedging(&calls, &first).await.is_err());
    // The hedge makes one call, the first attempt four.
    assert_eq!(calls.count(), 1 + 4);
}

#[retry(max = 1, backoff = none, budget = none)]
async fn around_a_hedge(calls: &Calls) -> Result<u32, Fault> {
    slow(calls).await
}

#[retry(max = 3, hedge(10ms, 3), budget = none)]
async fn slow(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    sleep(ms(1000)).await;
    Err(Fault::Down(1))
}

#[tokio::test(start_paused = true)]
async fn on_an_outer_retry_nothing_is_hedged() {
    let calls = Calls::new();
    assert!(around_a_hedge(&calls).await.is_err());
    assert_eq!(calls.count(), 4 + 1);
}

#[retry(max = 2, backoff = none, budget = none, before_retry = |_| async {
    let _ = bottom(hook).await;
})]
async fn with_a_hook(calls: &Calls, hook: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_part_of_its_retry() {
    let (calls, hook) = (Calls::new(), Calls::new());
    assert!(with_a_hook(&calls, &hook).await.is_err());
    assert_eq!(hook.count(), 2, "one attempt each");
}

#[retry(max = 1, backoff = none, budget = none, fallback = |_| bottom(other))]
async fn with_a_fallback(calls: &Calls, other: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

/// The retries are over: what stands in has its own.
#[tokio::test(start_paused = true)]
async fn a_fallback_is_not_part_of_a_retry() {
    let (calls, other) = (Calls::new(), Calls::new());
    assert_eq!(with_a_fallback(&calls, &other).await, Err(Fault::Down(4)));
    assert_eq!(calls.count(), 2);
}

struct Pushed(Calls);

impl Pushed {
    #[retry(max = 1, backoff = none, budget = none, on = |_| Verdict::transient())]
    async fn outer(&self) -> Result<u32, Fault> {
        self.inner().await
    }

    #[retry(budget = none, on = |_| Verdict::transient().with_pushback(ms(10)))]
    async fn inner(&self) -> Result<u32, Fault> {
        self.0.fail()
    }
}

/// The server's push-back asks for a wait, not for more attempts.
#[tokio::test(start_paused = true)]
async fn a_push_back_is_no_way_around_it() {
    let pushed = Pushed(Calls::new());
    assert!(pushed.outer().await.is_err());
    assert_eq!(pushed.0.count(), 4 + 1);
}
