//! `elapsed`: how time that ran out becomes an error of the function.

#![allow(
    clippy::redundant_closure,
    reason = "closures of two parameters are what is tested"
)]

mod support;

use retry_runtime::{Elapsed, retry};
use std::cell::RefCell;
use std::error::Error;
use std::future::pending;
use std::sync::Mutex;
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
        Err(RpcError::TimedOut(elapsed)) => assert_eq!(elapsed.limit(), ms(50)),
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

/// What it was given: the limit, and the last error.
#[derive(Debug, PartialEq)]
enum Told {
    Down(u32),
    Late {
        is_deadline: bool,
        last: Option<Box<Told>>,
    },
}

fn late(elapsed: Elapsed, last: Option<Told>) -> Told {
    Told::Late {
        is_deadline: elapsed.is_deadline(),
        last: last.map(Box::new),
    }
}

/// Fails by this script; `0` hangs.
async fn scripted(calls: &Calls, script: &[u32]) -> Result<u32, Told> {
    let number = calls.next() as usize;
    match script.get(number - 1) {
        None | Some(0) => pending().await,
        Some(code) => Err(Told::Down(*code)),
    }
}

#[retry(max = 9, deadline = 1s, backoff = none, budget = none, on = |_| true, elapsed = |elapsed, last| late(elapsed, last))]
async fn by_the_deadline(calls: &Calls, script: &[u32]) -> Result<u32, Told> {
    scripted(calls, script).await
}

#[retry(max = 2, timeout = 100ms, backoff = none, budget = none, on = |_| true, elapsed = |elapsed, last| late(elapsed, last))]
async fn by_the_timeout(calls: &Calls, script: &[u32]) -> Result<u32, Told> {
    scripted(calls, script).await
}

#[retry(
    max = 9, deadline = 1s, backoff = none, budget = none, on = |_| true,
    elapsed = |elapsed, last| late(elapsed, last),
    before_retry = |_, error| seen.borrow_mut().extend(error.map(|error| format!("{error:?}"))),
)]
async fn with_a_hook(
    calls: &Calls,
    script: &[u32],
    seen: &RefCell<Vec<String>>,
) -> Result<u32, Told> {
    scripted(calls, script).await
}

#[retry(max = 9, deadline = 1s, backoff = none, budget = none, on = |_| true, elapsed = |elapsed, last| late(elapsed, last), before_retry = |_| pending::<()>())]
async fn in_the_hook(calls: &Calls) -> Result<u32, Told> {
    scripted(calls, &[7]).await
}

#[retry(
    max = 3, hedge = 50ms, deadline = 1s, backoff = fixed(10ms), jitter = none, budget = none, on = |_| true,
    elapsed = |elapsed, last| late(elapsed, last),
)]
async fn hedged(calls: &Calls, script: &[u32]) -> Result<u32, Told> {
    scripted(calls, script).await
}

fn deadline_after(last: Option<u32>) -> Result<u32, Told> {
    Err(Told::Late {
        is_deadline: true,
        last: last.map(|code| Box::new(Told::Down(code))),
    })
}

#[tokio::test(start_paused = true)]
async fn it_is_given_the_last_error_by_value() {
    for (script, last) in [(&[][..], None), (&[7], Some(7)), (&[7, 8], Some(8))] {
        let outcome = by_the_deadline(&Calls::new(), script).await;
        assert_eq!(outcome, deadline_after(last), "{script:?}");
    }
    assert_eq!(in_the_hook(&Calls::new()).await, deadline_after(Some(7)));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_it_made_is_not_the_last_one() {
    let outcome = by_the_timeout(&Calls::new(), &[0, 7, 0]).await;
    let last = Some(Box::new(Told::Down(7)));
    assert_eq!(
        outcome,
        Err(Told::Late {
            is_deadline: false,
            last
        })
    );
    let outcome = by_the_timeout(&Calls::new(), &[0, 0, 0]).await;
    assert_eq!(
        outcome,
        Err(Told::Late {
            is_deadline: false,
            last: None
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_hook_may_see_the_error_before_it() {
    let seen = RefCell::default();
    let outcome = with_a_hook(&Calls::new(), &[7, 8], &seen).await;
    assert_eq!(outcome, deadline_after(Some(8)));
    assert_eq!(seen.into_inner(), ["Down(7)", "Down(8)"]);
}

#[tokio::test(start_paused = true)]
async fn in_a_hedged_call_it_is_the_latest_of_any_attempt() {
    // The first hangs, its hedge fails, and so does that one's retry; then all hang.
    let outcome = hedged(&Calls::new(), &[0, 7, 8]).await;
    assert_eq!(outcome, deadline_after(Some(8)));
    assert_eq!(hedged(&Calls::new(), &[]).await, deadline_after(None));
}

fn is_send(_: &impl Send) {}

#[test]
fn the_future_stays_send() {
    let calls = Calls::new();
    is_send(&by_the_deadline(&calls, &[]));
    is_send(&hedged(&calls, &[]));
}

/// An error that borrows from an argument.
#[derive(Debug, PartialEq)]
enum Lent<'a> {
    Down(&'a str),
    Late(Option<&'a str>),
}

fn last_name<'a>(last: Option<Lent<'a>>) -> Lent<'a> {
    Lent::Late(last.and_then(|last| match last {
        Lent::Down(name) => Some(name),
        Lent::Late(_) => None,
    }))
}

#[retry(
    max = 1, hedge = 50ms, deadline = 1s, backoff = none, budget = none, on = |_| true,
    elapsed = |_, last| last_name(last),
    notify = |failure| names.lock().unwrap().extend(failure.error().map(|error| format!("{error:?}"))),
)]
async fn lent<'a>(
    name: &'a str,
    calls: &Calls,
    names: &Mutex<Vec<String>>,
) -> Result<&'a str, Lent<'a>> {
    match calls.next() {
        1 => Err(Lent::Down(name)),
        _ => pending().await,
    }
}

#[retry(
    max = 1, hedge = 50ms, backoff = none, budget = none, on = |_| true,
    before_retry = |_, error| names.lock().unwrap().extend(error.map(|error| format!("{error:?}"))),
)]
async fn lent_to_the_hook<'a>(
    name: &'a str,
    names: &Mutex<Vec<String>>,
) -> Result<&'a str, Lent<'a>> {
    Err(Lent::Down(name))
}

#[tokio::test(start_paused = true)]
async fn the_error_may_borrow_from_an_argument() {
    let (name, names) = (String::from("shard 7"), Mutex::default());
    let outcome = lent(&name, &Calls::new(), &names).await;
    assert_eq!(outcome, Err(Lent::Late(Some("shard 7"))));
    assert!(lent_to_the_hook(&name, &names).await.is_err());
    assert_eq!(*names.lock().unwrap(), ["Down(\"shard 7\")"; 2]);
}
