//! What a call costs that there is nothing to tell of.

use super::support::{Fault, printed, seen, seen_from};
use allocation_counter::measure;
use retry_runtime::{Policy, retry};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use tracing::Level;

#[retry(max = 1, backoff = none, budget = none)]
async fn call(failures: u32, fault: Fault, number: &mut u32) -> Result<u32, Fault> {
    *number += 1;
    if *number <= failures {
        let Fault { verdict } = fault;
        return Err(Fault { verdict });
    }
    Ok(*number)
}

/// Allocations of a call that waits for nothing.
#[expect(clippy::unused_async, reason = "it runs where it is awaited")]
async fn allocations(call: impl Future<Output = Result<u32, Fault>>) -> u64 {
    let mut call = pin!(call);
    let info = measure(|| {
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(_)));
    });
    info.count_total
}

#[test]
fn nothing_is_allocated_where_the_first_attempt_succeeds() {
    let (count, _) = seen(allocations(call(0, Fault::TRANSIENT, &mut 0)));
    assert_eq!(count, 0);
    let run = || Policy::DEFAULT.run(async |_| Ok(1)).untimed();
    // With the feature `central` the first call of a line is put on the list.
    let _ = seen(allocations(run()));
    let (count, _) = seen(allocations(run()));
    assert_eq!(count, 0);
    // The measure works.
    let (count, _) = seen(allocations(call(1, Fault::TRANSIENT, &mut 0)));
    assert_ne!(count, 0);
}

#[test]
fn nothing_is_allocated_for_an_event_that_nobody_wants() {
    let mut number = 0;
    let failed = call(1, Fault::PERMANENT, &mut number);
    let (count, seen) = seen_from(Level::INFO, allocations(failed));
    assert!(seen.events.is_empty());
    assert_eq!(count, 0);
}

#[test]
fn an_error_is_printed_once_for_each_event_that_is_wanted() {
    let _ = seen(call(2, Fault::TRANSIENT, &mut 0));
    assert_eq!(printed(), 2);
    let _ = seen_from(Level::ERROR, call(2, Fault::TRANSIENT, &mut 0));
    assert_eq!(printed(), 1);
    let _ = seen_from(Level::INFO, call(1, Fault::PERMANENT, &mut 0));
    assert_eq!(printed(), 0);
}
