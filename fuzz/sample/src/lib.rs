//! Functions with options at random, which `build.rs` writes: all of them compile without a
//! warning, and make a call succeed whose first attempts fail.
#![deny(warnings)]
#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    reason = "what is written at random has no docs, and is written in every way"
)]

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Elapsed, HedgeDelay, Transient, Verdict, retry};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(9);
const LIMIT: Duration = Duration::from_secs(2);

static BUDGET: Budget = Budget::standard().reserve(10_000);
static GATE: Closed = Closed;

#[derive(Debug, PartialEq)]
pub enum Fault {
    Down,
    Late,
    Open,
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        Verdict::from(is_worth_it(self))
    }
}

impl From<Elapsed> for Fault {
    fn from(_: Elapsed) -> Self {
        Fault::Late
    }
}

impl From<Rejected> for Fault {
    fn from(_: Rejected) -> Self {
        Fault::Open
    }
}

pub struct Closed;

impl Gate for Closed {
    fn admit(&self) -> Result<Admission, Rejected> {
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}

/// Fails twice, then answers.
#[derive(Debug, Default)]
pub struct Service {
    calls: Cell<u32>,
}

impl Service {
    async fn ask(&self) -> Result<u32, Fault> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.ask_sync()
    }

    fn ask_sync(&self) -> Result<u32, Fault> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() > 2 {
            Ok(7)
        } else {
            Err(Fault::Down)
        }
    }
}

impl AsRef<Self> for Service {
    fn as_ref(&self) -> &Self {
        self
    }
}

trait IntoNumber {
    fn into_number(self) -> u8;
}

impl IntoNumber for u8 {
    fn into_number(self) -> u8 {
        self
    }
}

fn retries() -> usize {
    4
}

fn delays() -> [Duration; 5] {
    [STEP; 5]
}

fn is_worth_it(fault: &Fault) -> bool {
    *fault == Fault::Down
}

fn is_bad(number: &u32) -> bool {
    *number == 0
}

fn gate() -> &'static Closed {
    &GATE
}

fn purse() -> &'static Budget {
    &BUDGET
}

fn hedges() -> &'static HedgeDelay {
    static HEDGES: HedgeDelay = HedgeDelay::new();
    &HEDGES
}

fn named() -> &'static str {
    "sample"
}

fn told(_: u32) {}

fn skip(_: Duration) {}

include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// One call.
#[cfg(test)]
async fn check(name: &str, options: &str, call: impl AsyncFn(&Service) -> Result<u32, Fault>) {
    let service = Service::default();
    let outcome = call(&service).await;
    assert_eq!(
        (outcome, service.calls.get()),
        (Ok(7), 3),
        "{name}: {options}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_of_them_retries() {
        call_all().await;
    }
}
