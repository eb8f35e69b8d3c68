//! Two options at once, where one could undo the other: one pair a file.

mod attempt_and_hedge;
mod before_retry_and_breaker;
mod before_retry_and_fallback;
mod before_retry_and_hedge;
mod breaker_and_hedge;
mod breaker_and_nested;
mod budget_and_hedge;
mod deadline_and_pushback;
mod fallback_and_deadline;
#[path = "../outage/mod.rs"]
mod outage;
#[path = "../support/mod.rs"]
mod support;
mod timeout_and_hedge;

use retry_runtime::{Ended, Rejected};
use std::cell::Cell;
use support::{Calls, Fault, ms};
use tokio::time::sleep;

thread_local! {
    static TOLD: Cell<Option<Ended>> = const { Cell::new(None) };
}

fn tell(error: Fault, ended: Ended) -> Result<u32, Fault> {
    TOLD.set(Some(ended));
    Err(error)
}

fn rejected(_: Rejected) -> Fault {
    Fault::Bad(503)
}

/// A call that takes 200 ms.
async fn answer_late(calls: &Calls, fails: bool) -> Result<u32, Fault> {
    let number = calls.next();
    sleep(ms(200)).await;
    if fails {
        Err(Fault::Down(number))
    } else {
        Ok(number)
    }
}
