//! Virtual time, for a simulation and for the code that reads the clock in it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Tokio's paused clock, moved by hand. What asks for the time inside
/// [`run`](Self::run) is told the simulation's.
pub struct Clock {
    at: Duration,
}

impl Clock {
    /// Runs a simulation on a clock of its own, with random numbers that follow from `seed`.
    ///
    /// # Panics
    ///
    /// Where the operating system gives no runtime.
    pub fn run<R>(seed: u64, simulation: impl FnOnce(&mut Self) -> R) -> R {
        let runtime = paused();
        let _entered = runtime.enter();
        fastrand::seed(seed);
        simulation(&mut Self { at: Duration::ZERO })
    }

    /// Moves the clock on to `at`, counted from the start.
    pub fn advance_to(&mut self, at: Duration) {
        let by = at.saturating_sub(self.at);
        if by.is_zero() {
            return;
        }
        self.at = at;
        // The clock moves at the first poll; the rest of the future gives way
        // to other tasks, and there are none.
        let advance = pin!(tokio::time::advance(by));
        let _ = advance.poll(&mut Context::from_waker(Waker::noop()));
    }
}

/// A runtime whose clock stands still unless all its tasks wait.
///
/// # Panics
///
/// Where the operating system gives none.
#[must_use]
pub fn paused() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O needs nothing of the system")
}
