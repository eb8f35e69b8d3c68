//! What may be written: a value, a future, a closure, a path.

use crate::support::{Calls, Fault, ms, timed};
use retry_runtime::{Ended, retry};
use std::future::Future;
use std::pin::Pin;
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

#[retry(backoff = none, fallback = async move |_, end| { assert_eq!((end.reason, end.attempts), (Ended::Exhausted, 4)); Ok(9) })]
async fn async_move_closure(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_may_be_an_async_closure() {
    assert_eq!(async_closure(&Calls::new()).await, Ok(8));
    assert_eq!(async_move_closure(&Calls::new()).await, Ok(9));
}

pub(crate) fn by_now(error: Fault) -> Result<u32, Fault> {
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
