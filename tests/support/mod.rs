//! A helper, no test, for tests of how often and how long: a timer that writes
//! down what it is asked for, calls that are counted, and an error that
//! classifies itself.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use retry_runtime::{Elapsed, Transient, Verdict};
use std::cell::RefCell;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::time::Instant;

thread_local! {
    static ASKED: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// Tokio's timer, for `sleep = support::sleep`: [`asked`] tells what it was
/// asked for, before tokio rounds that up to a millisecond.
pub fn sleep(wait: Duration) -> tokio::time::Sleep {
    ASKED.with_borrow_mut(|asked| asked.push(wait));
    tokio::time::sleep(wait)
}

/// A timer that only writes down, for sync functions and many draws.
pub fn skip(wait: Duration) {
    ASKED.with_borrow_mut(|asked| asked.push(wait));
}

/// What this thread's timers were asked for since this was last called.
pub fn asked() -> Vec<Duration> {
    ASKED.take()
}

/// The outcome of a call, and what its timer was asked for.
pub async fn recorded<T>(call: impl Future<Output = T>) -> (T, Vec<Duration>) {
    asked();
    let outcome = call.await;
    (outcome, asked())
}

/// The outcome of a call, and how long it took on the paused clock.
pub async fn timed<T>(call: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let outcome = call.await;
    (outcome, start.elapsed())
}

pub const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub const fn us(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

/// The failures of a service. `Down` is transient and `Bad` permanent; each
/// carries the number of the call that it answered. `Busy` is transient and
/// pushes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    Down(u32),
    Bad(u32),
    Busy(Duration),
    Late(Elapsed),
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Fault::Down(_) => Verdict::transient(),
            Fault::Busy(wait) => Verdict::transient().with_pushback(*wait),
            Fault::Bad(_) | Fault::Late(_) => Verdict::permanent(),
        }
    }
}

impl From<Elapsed> for Fault {
    fn from(elapsed: Elapsed) -> Self {
        Fault::Late(elapsed)
    }
}

/// A service that counts its calls.
#[derive(Debug, Default)]
pub struct Calls(AtomicU32);

impl Calls {
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Counts a call; its number, from 1.
    pub fn next(&self) -> u32 {
        self.0.fetch_add(1, Relaxed) + 1
    }

    pub fn count(&self) -> u32 {
        self.0.load(Relaxed)
    }

    /// Is down for good.
    pub fn fail(&self) -> Result<u32, Fault> {
        Err(Fault::Down(self.next()))
    }

    /// Is down for the first `failures` calls, then answers with the number of
    /// the call.
    pub fn fail_first(&self, failures: u32) -> Result<u32, Fault> {
        match self.next() {
            number if number <= failures => Err(Fault::Down(number)),
            number => Ok(number),
        }
    }
}
