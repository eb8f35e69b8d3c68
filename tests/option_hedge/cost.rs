//! What it costs: no allocation.

use crate::counted::failures_are_counted;
use crate::support::{Calls, Fault};
use allocation_counter::measure;
use retry_runtime::retry;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Answers at the third poll.
struct Later(u32);

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        self.0 += 1;
        if self.0 > 3 {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// A timer that is over at the second poll.
fn timer(_: Duration) -> Later {
    Later(2)
}

#[retry(hedge(1ms, 8), max = 9, sleep = timer)]
async fn failing(calls: &Calls) -> Result<u32, Fault> {
    let number = calls.next();
    Later(0).await;
    if number < 9 {
        Err(Fault::Down(number))
    } else {
        Ok(number)
    }
}

#[test]
fn hedges_and_retries_allocate_nothing() {
    let calls = Calls::new();
    let info = measure(|| {
        let mut call = pin!(failing(&calls));
        let mut cx = Context::from_waker(Waker::noop());
        let outcome = loop {
            if let Poll::Ready(outcome) = call.as_mut().poll(&mut cx) {
                break outcome;
            }
        };
        assert!(outcome.is_ok());
    });
    assert!(calls.count() >= 9, "{}", calls.count());
    assert!(info.count_total == 0 || failures_are_counted());
}
