//! `fallback`: what stands in where retries end in failure.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::{Budget, Ended, Rejected, Verdict, retry};
use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use support::{Calls, Fault, ms, timed};
use tokio::time::sleep;

#[retry(backoff = none, fallback = |_| Ok(7))]
async fn value(calls: &Calls, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[tokio::test]
async fn it_stands_in_where_retries_end_in_failure() {
    let calls = Calls::new();
    assert_eq!(value(&calls, 9).await, Ok(7));
    assert_eq!(calls.count(), 4);
}

#[tokio::test]
async fn it_is_not_asked_where_an_attempt_succeeds() {
    assert_eq!(value(&Calls::new(), 0).await, Ok(1));
    assert_eq!(value(&Calls::new(), 3).await, Ok(4));
}

#[retry(backoff = none, fallback = |error| Err(match error {
    Fault::Down(number) => Fault::Bad(100 + number),
    other => other,
}))]
async fn another_error(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn it_sees_the_last_error_and_its_own_comes_back() {
    assert_eq!(another_error(&Calls::new()).await, Err(Fault::Bad(104)));
}

#[retry(backoff = none, fallback = |error| async move {
    sleep(ms(50)).await;
    match error {
        Fault::Down(number) => Ok(number * 10),
        other => Err(other),
    }
})]
async fn later(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_may_be_a_future() {
    let (outcome, took) = timed(later(&Calls::new())).await;
    assert_eq!(outcome, Ok(40));
    assert_eq!(took, ms(50));
}

#[retry(backoff = none, fallback = async |error| { sleep(ms(5)).await; Err(error).or(Ok(8)) })]
async fn async_closure(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none, fallback = async move |_, ended| { assert_eq!(ended, Ended::Exhausted); Ok(9) })]
async fn async_move_closure(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_may_be_an_async_closure() {
    assert_eq!(async_closure(&Calls::new()).await, Ok(8));
    assert_eq!(async_move_closure(&Calls::new()).await, Ok(9));
}

fn by_now(error: Fault) -> Result<u32, Fault> {
    match error {
        Fault::Down(number) => Ok(number + 1000),
        other => Err(other),
    }
}

async fn by_and_by(error: Fault) -> Result<u32, Fault> {
    sleep(ms(10)).await;
    by_now(error)
}

fn boxed(error: Fault) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send>> {
    Box::pin(by_and_by(error))
}

#[retry(backoff = none, fallback = by_now)]
async fn path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none, fallback = by_and_by)]
async fn async_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none, fallback = self::boxed)]
async fn boxed_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_may_be_the_path_of_a_function() {
    assert_eq!(path(&Calls::new()).await, Ok(1004));
    assert_eq!(async_path(&Calls::new()).await, Ok(1004));
    assert_eq!(boxed_path(&Calls::new()).await, Ok(1004));
}

/// A client that remembers.
struct Client {
    calls: Calls,
    cached: Option<u32>,
    stale: u32,
}

impl Client {
    fn new(cached: Option<u32>) -> Self {
        Self {
            calls: Calls::new(),
            cached,
            stale: 0,
        }
    }

    fn cached(&self, error: Fault) -> Result<u32, Fault> {
        self.cached.ok_or(error)
    }

    async fn replica(&self, id: u32) -> Result<u32, Fault> {
        sleep(ms(1)).await;
        self.cached.map(|cached| cached + id).ok_or(Fault::Bad(id))
    }

    #[retry(backoff = none, fallback = |error| self.cached(error))]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| {
        let copy = self.replica(id).await?;
        if copy > 100 {
            return Ok(100);
        }
        Ok(copy)
    })]
    async fn by_replica(&self, id: u32) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| { self.stale += 1; Ok(self.stale) })]
    async fn exclusive(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |_| Ok(name))]
    async fn moves(&self, name: String) -> Result<String, Fault> {
        self.calls.fail().map(|_| name.to_uppercase())
    }

    #[retry(backoff = none, fallback = |_| Ok(number))]
    async fn rebound(&self, mut number: u32) -> Result<u32, Fault> {
        number += 1;
        self.calls.fail().map(|_| number)
    }
}

#[tokio::test(start_paused = true)]
async fn it_stands_in_the_functions_own_scope() {
    assert_eq!(Client::new(Some(5)).get().await, Ok(5));
    assert_eq!(Client::new(None).get().await, Err(Fault::Down(4)));
    let mut client = Client::new(None);
    assert_eq!(client.exclusive().await, Ok(1));
    assert_eq!(client.exclusive().await, Ok(2));
    assert_eq!(client.moves("ann".to_owned()).await, Ok("ann".to_owned()));
    assert_eq!(client.rebound(1).await, Ok(1), "the call's own argument");
}

#[tokio::test(start_paused = true)]
async fn awaits_question_marks_and_returns_in_it_are_its_own() {
    assert_eq!(Client::new(Some(5)).by_replica(2).await, Ok(7));
    assert_eq!(Client::new(Some(500)).by_replica(2).await, Ok(100));
    assert_eq!(Client::new(None).by_replica(2).await, Err(Fault::Bad(2)));
}

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
    fallback = |error, ended| tell(error, ended),
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
    let budget = Budget::standard().reserve(1);
    let closed = Breaker::new(Door::Closed);
    let transient = Verdict::transient();
    let ask = |verdict| told(&budget, &closed, verdict, false);
    let permanent = Verdict::permanent();
    assert_eq!(reason(ask(permanent)).await, Some(Ended::Permanent));
    let long = transient.after(ms(60_000));
    assert_eq!(reason(ask(long)).await, Some(Ended::Pushback));
    let late = transient.after(ms(20_000));
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

#[retry(max = 1, backoff = none, budget = none, fallback = |error, ended| tell(error, ended))]
async fn inner(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test]
async fn it_is_told_of_a_layer_further_out() {
    assert_eq!(reason(outer(&Calls::new())).await, Some(Ended::Nested));
}

#[retry(max = 9, backoff = [ms(1)], fallback = |error, ended| tell(error, ended))]
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

mod of_a_block {
    use super::{Client, Fault};
    use retry_runtime::{idempotent, retry};

    pub(super) struct Users(pub(super) Client);

    #[retry(backoff = none, fallback = |error| self.0.cached(error))]
    impl Users {
        #[idempotent]
        pub(super) fn get(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }

        #[idempotent]
        pub(super) async fn list(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }

        #[idempotent]
        #[retry(fallback = |_| Ok(3))]
        pub(super) async fn count(&self) -> Result<u32, Fault> {
            self.0.calls.fail()
        }
    }

    pub(super) fn users(cached: Option<u32>) -> Users {
        Users(Client::new(cached))
    }
}

#[tokio::test]
async fn it_may_stand_on_an_impl_block() {
    let users = of_a_block::users(Some(6));
    assert_eq!(users.get(), Ok(6));
    assert_eq!(users.list().await, Ok(6));
    assert_eq!(users.count().await, Ok(3));
    let users = of_a_block::users(None);
    assert_eq!(users.get(), Err(Fault::Down(4)));
    assert_eq!(users.list().await, Err(Fault::Down(8)));
}

#[retry(sleep = support::skip, fallback = |error, ended| {
    if calls.count() < 4 {
        return Err(error);
    }
    let number = Err(Fault::Bad(3)).or(Ok::<u32, Fault>(30))?;
    assert_eq!(ended, Ended::Exhausted);
    Ok(number)
})]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = support::skip, fallback = by_now)]
fn sync_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_has_one_too() {
    assert_eq!(sync(&Calls::new()), Ok(30));
    assert_eq!(sync_path(&Calls::new()), Ok(1004));
}

#[async_trait::async_trait]
trait Remote {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
    async fn list(&self) -> Result<u32, Fault>;
}

#[async_trait::async_trait]
impl Remote for Client {
    #[retry(backoff = none, fallback = |_| self.replica(id))]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(backoff = none, fallback = |error| { sleep(ms(1)).await; self.cached(error) })]
    async fn list(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn it_works_under_async_trait() {
    let remote: Box<dyn Remote + Sync> = Box::new(Client::new(Some(40)));
    assert_eq!(remote.get(2).await, Ok(42));
    assert_eq!(remote.list().await, Ok(40));
}

#[retry(backoff = none, fallback = |_| Ok(5))]
fn future(calls: &Calls) -> impl Future<Output = Result<u32, Fault>> + '_ {
    async { calls.fail() }
}

#[retry(backoff = none, fallback = |_| async { sleep(ms(1)).await; Ok(6) })]
fn boxed_future(calls: &Calls) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + Send + '_>> {
    Box::pin(async move { calls.fail() })
}

#[tokio::test(start_paused = true)]
async fn it_works_in_a_function_that_returns_a_future() {
    assert_eq!(future(&Calls::new()).await, Ok(5));
    assert_eq!(boxed_future(&Calls::new()).await, Ok(6));
}

#[retry(backoff = none, fallback = |_| std::future::ready(Ok(1)))]
async fn sendable(name: String) -> Result<u32, Fault> {
    sleep(ms(1)).await;
    Err(Fault::Down(u32::from(name.is_empty())))
}

#[tokio::test(start_paused = true)]
async fn the_future_stays_send() {
    assert_eq!(tokio::spawn(sendable(String::new())).await.unwrap(), Ok(1));
}

#[retry(backoff = none, fallback = |Wrapped { number }| Ok(number))]
async fn by_pattern() -> Result<u32, Wrapped> {
    Err(Wrapped { number: 12 })
}

/// It has neither `Clone` nor `Debug`: the error itself is handed over.
struct Wrapped {
    number: u32,
}

impl retry_runtime::Transient for Wrapped {
    fn verdict(&self) -> Verdict {
        Verdict::permanent()
    }
}

#[tokio::test]
async fn the_error_is_handed_over_and_may_be_taken_apart() {
    assert_eq!(by_pattern().await.ok(), Some(12));
}

#[retry(max = 1, backoff = none, fallback = |_| Ok(Box::new(7)))]
async fn coerced() -> std::io::Result<Box<dyn std::fmt::Display>> {
    Err(std::io::ErrorKind::TimedOut.into())
}

#[tokio::test(start_paused = true)]
async fn a_plain_result_is_coerced_as_in_the_body() {
    assert_eq!(coerced().await.unwrap().to_string(), "7");
}
