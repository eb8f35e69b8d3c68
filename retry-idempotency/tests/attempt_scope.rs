//! What attempts tell the code inside them: how scopes nest, and what is reported.

use retry_idempotency::attempt_scope::{AttemptScope, RepeatedCall, executed, is_on_retry};
use retry_idempotency::{NonIdempotent, assume_idempotent};
use std::cell::RefCell;
use std::future::{Future, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

thread_local! {
    static REPORTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn report(call: RepeatedCall) {
    let by = if call.is_by_retry() { "retry" } else { "first" };
    REPORTED.with_borrow_mut(|reported| reported.push(format!("{} by {by}", call.name())));
}

fn reported() -> Vec<String> {
    REPORTED.take()
}

#[test]
fn outside_nothing_is_said() {
    executed("charge");
    assert!(!is_on_retry());
    assert!(reported().is_empty());
}

#[test]
fn the_scope_says_what_is_reported() {
    let scopes = [
        (AttemptScope::NONE, false, None),
        (AttemptScope::FIRST, false, Some("charge by first")),
        (AttemptScope::RETRY, true, Some("charge by retry")),
        (
            AttemptScope::RETRY_WITH_NESTED,
            false,
            Some("charge by retry"),
        ),
        (AttemptScope::CHAIN_STOP, true, None),
    ];
    for (mut scope, stops, says) in scopes {
        let entered = scope.enter(report);
        assert_eq!(is_on_retry(), stops, "{says:?}");
        executed("charge");
        drop(entered);
        assert!(!is_on_retry());
        assert_eq!(reported(), says.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn an_attempt_reports_once_in_all_its_polls() {
    let mut scope = AttemptScope::RETRY;
    for _ in 0..3 {
        let _entered = scope.enter(report);
        assert!(is_on_retry());
        executed("charge");
        executed("append");
    }
    assert_eq!(reported(), ["charge by retry"]);
    // The next attempt has a scope of its own.
    let mut next = AttemptScope::RETRY;
    let _entered = next.enter(report);
    executed("append");
    assert_eq!(reported(), ["append by retry"]);
}

#[test]
fn a_first_attempt_inside_a_retry_is_part_of_it() {
    let mut outer = AttemptScope::RETRY;
    let mut inner = AttemptScope::FIRST;
    let _outer = outer.enter(report);
    {
        let _inner = inner.enter(report);
        assert!(is_on_retry());
        executed("charge");
    }
    assert_eq!(reported(), ["charge by retry"]);
}

#[test]
fn a_panic_leaves_the_scope() {
    let mut scope = AttemptScope::RETRY;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let _entered = scope.enter(|_| panic!("noticed"));
        executed("charge");
    }));
    assert!(outcome.is_err());
    assert!(!is_on_retry());
    executed("charge");
    assert!(reported().is_empty());
}

#[test]
fn what_is_assumed_is_not_reported_and_stays_in_the_retry() {
    let mut scope = AttemptScope::RETRY;
    let _entered = scope.enter(report);
    assert_eq!(
        assume_idempotent(|| (executed("charge"), is_on_retry())),
        ((), true)
    );
    assert!(reported().is_empty());
    executed("append");
    assert_eq!(reported(), ["append by retry"]);
}

/// A future by the name of this function.
fn append() -> NonIdempotent<impl Future<Output = u8>> {
    NonIdempotent::new(async { ready(1).await })
}

#[test]
fn a_marked_future_asks_in_its_poll() {
    let mut context = Context::from_waker(Waker::noop());
    let mut scope = AttemptScope::FIRST;
    let mut call = pin!(append());
    let mut assumed = pin!(append().assume_idempotent());
    {
        let _entered = scope.enter(report);
        assert_eq!(assumed.as_mut().poll(&mut context), Poll::Ready(1));
        assert!(reported().is_empty());
        assert_eq!(call.as_mut().poll(&mut context), Poll::Ready(1));
    }
    assert_eq!(reported(), ["attempt_scope::append by first"]);
    // All that an assumed call awaits is assumed with it.
    let mut outer = pin!(NonIdempotent::new(async { append().await }).assume_idempotent());
    let mut scope = AttemptScope::FIRST;
    let _entered = scope.enter(report);
    assert_eq!(outer.as_mut().poll(&mut context), Poll::Ready(1));
    assert!(reported().is_empty());
    let mut later = pin!(poll_fn(append_in_place));
    assert_eq!(later.as_mut().poll(&mut context), Poll::Ready(1));
    assert_eq!(reported().len(), 1);
}

fn append_in_place(context: &mut Context<'_>) -> Poll<u8> {
    pin!(append()).poll(context)
}
