//! `elapsed`: how time that ran out becomes an error of the function.

mod support;

use retry_runtime::{Elapsed, retry};
use std::error::Error;
use std::future::pending;
use support::{Calls, Fault, ms};

/// An error that has no `From<Elapsed>`.
#[derive(Debug, PartialEq)]
enum RpcError {
    TimedOut(Elapsed),
    Named(&'static str, bool),
}

fn named(elapsed: Elapsed) -> RpcError {
    RpcError::Named("get", elapsed.is_deadline())
}

#[retry(timeout = 50ms, elapsed = RpcError::TimedOut, on = |_| true, max = 1)]
async fn by_variant(calls: &Calls) -> Result<u32, RpcError> {
    calls.next();
    pending().await
}

#[retry(timeout = 50ms, elapsed = named, on = |_| true, max = 1)]
async fn by_path() -> Result<u32, RpcError> {
    pending().await
}

#[retry(deadline = 150ms, elapsed = named, on = |_| true)]
async fn by_deadline() -> Result<u32, RpcError> {
    pending().await
}

#[retry(timeout = 50ms, elapsed = |elapsed| RpcError::Named(name, elapsed.is_deadline()), on = |_| true, max = 1)]
async fn by_closure(name: &'static str) -> Result<u32, RpcError> {
    pending().await
}

/// `elapsed` comes before `From`.
#[retry(timeout = 50ms, elapsed = |_| Fault::Bad(9), max = 1)]
async fn instead(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

/// Any type that `Elapsed` converts into.
#[retry(timeout = 50ms, on = |error| error.is::<Elapsed>(), max = 2)]
async fn boxed(calls: &Calls) -> Result<u32, Box<dyn Error + Send + Sync>> {
    calls.next();
    pending().await
}

#[retry(timeout = 50ms, deadline = 80ms, max = 1, backoff = none, on = |_| true)]
async fn generic<E: From<Elapsed>>(calls: &Calls) -> Result<u32, E> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_variant_holds_it() {
    let calls = Calls::new();
    match by_variant(&calls).await {
        Err(RpcError::TimedOut(elapsed)) => assert_eq!(elapsed.after(), ms(50)),
        other => panic!("{other:?}"),
    }
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_path_or_a_closure_makes_the_error() {
    assert_eq!(by_path().await, Err(RpcError::Named("get", false)));
    assert_eq!(by_closure("put").await, Err(RpcError::Named("put", false)));
    assert_eq!(by_deadline().await, Err(RpcError::Named("get", true)));
}

#[tokio::test(start_paused = true)]
async fn it_comes_before_from() {
    let calls = Calls::new();
    assert_eq!(instead(&calls).await, Err(Fault::Bad(9)));
    assert_eq!(calls.count(), 2, "a cut attempt is transient");
}

#[tokio::test(start_paused = true)]
async fn from_is_the_default() {
    let calls = Calls::new();
    let error = boxed(&calls).await.unwrap_err();
    assert!(error.is::<Elapsed>());
    assert_eq!(calls.count(), 3);
    let calls = Calls::new();
    let error = generic::<Fault>(&calls).await.unwrap_err();
    assert!(matches!(error, Fault::Late(elapsed) if elapsed.is_deadline()));
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_message_names_the_limit() {
    let Err(RpcError::TimedOut(elapsed)) = by_variant(&Calls::new()).await else {
        panic!("not cut");
    };
    let message = elapsed.to_string();
    assert!(message.contains("timeout of 50ms"), "{message}");
    let Err(Fault::Late(elapsed)) = generic::<Fault>(&Calls::new()).await else {
        panic!("not cut");
    };
    let message = elapsed.to_string();
    assert!(message.contains("deadline of 80ms"), "{message}");
}
