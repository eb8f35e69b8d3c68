//! The bytes that the program has allocated and not freed: what must stay flat. What the
//! system gives it beside them, by `malloc`, is another figure.

use retry_runtime::central::{self, Rules};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;
use std::fmt;
use std::thread;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What maps and queues may have more of at the end, in blocks.
const NOISE: usize = 8;

/// What is allocated at one time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Live {
    pub(crate) bytes: usize,
    blocks: usize,
}

impl Live {
    pub(crate) fn now() -> Self {
        let stats = ALLOCATOR.stats();
        // Other threads free meanwhile.
        Self {
            bytes: stats
                .bytes_allocated
                .saturating_sub(stats.bytes_deallocated),
            blocks: stats.allocations.saturating_sub(stats.deallocations),
        }
    }
}

impl fmt::Display for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes in {} blocks", self.bytes, self.blocks)
    }
}

/// What is left while no call is in flight, and no rules hold.
pub(crate) fn at_rest() -> Live {
    central::install(Rules::default());
    // Threads and tasks that have ended are on their way out.
    thread::sleep(Duration::from_millis(200));
    Live::now()
}

impl Live {
    /// # Errors
    ///
    /// It has grown.
    pub(crate) fn flat_until(self, end: Self) -> Result<String, String> {
        let text = format!("at rest: {self} after the warm-up, {end} at the end");
        let most = self.bytes + self.bytes / 100;
        if end.bytes > most || end.blocks > self.blocks + NOISE {
            return Err(format!("{text}: more than 1 %, or than {NOISE} blocks"));
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaks_is_not_flat() {
        let live = |bytes, blocks| Live { bytes, blocks };
        let before = live(200_000, 300);
        for (end, flat) in [
            (live(202_000, 300 + NOISE), true),
            (live(150_000, 200), true),
            (live(202_001, 300), false),
            (live(200_100, 301 + NOISE), false),
        ] {
            assert_eq!(before.flat_until(end).is_ok(), flat, "{end:?}");
        }
    }
}
