//! The memory while calls are in flight.

use crate::calls::Clients;
use crate::heap::Live;
use retry_soak::memory::resident;
use std::fmt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_millis(50);

/// The means of the first and of the last third of the time, and the fewest calls that
/// were in flight.
#[derive(Debug)]
pub(crate) struct UnderLoad {
    first: Mean,
    last: Mean,
    fewest: i64,
    time: Duration,
}

/// By how many percent what is allocated may grow, and what is resident: malloc keeps more of
/// it the more threads there are.
const LIVE: u64 = 1;
const RESIDENT: u64 = 10;

/// In less than that the calls have not spread out yet.
const LONG: Duration = Duration::from_secs(45);

#[derive(Debug, Default)]
struct Mean {
    samples: u64,
    live: u64,
    resident_kib: u64,
}

impl Mean {
    fn add(&mut self) {
        self.samples += 1;
        self.live += Live::now().bytes as u64;
        self.resident_kib += resident().unwrap_or(0);
    }

    fn of(&self, sum: u64) -> u64 {
        sum / self.samples.max(1)
    }

    fn live(&self) -> u64 {
        self.of(self.live)
    }

    fn resident_kib(&self) -> u64 {
        self.of(self.resident_kib)
    }
}

impl UnderLoad {
    /// Samples it for that time, on a thread of its own.
    pub(crate) fn watch(clients: &Arc<Clients>, time: Duration) -> JoinHandle<Self> {
        let clients = Arc::clone(clients);
        thread::spawn(move || {
            let mut seen = Self {
                first: Mean::default(),
                last: Mean::default(),
                fewest: i64::MAX,
                time,
            };
            let begin = Instant::now();
            loop {
                thread::sleep(EVERY);
                let passed = begin.elapsed();
                if passed >= time {
                    return seen;
                }
                if passed > time / 10 {
                    seen.fewest = seen.fewest.min(clients.in_flight());
                }
                if passed < time / 3 {
                    seen.first.add();
                } else if passed > time * 2 / 3 {
                    seen.last.add();
                }
            }
        })
    }

    /// # Errors
    ///
    /// It has grown, in a long time.
    pub(crate) fn check(&self) -> Result<String, String> {
        if self.time < LONG {
            return Ok(self.to_string());
        }
        for (what, of, percent) in [
            ("allocated bytes", Mean::live as fn(&Mean) -> u64, LIVE),
            ("resident memory", Mean::resident_kib, RESIDENT),
        ] {
            let (first, last) = (of(&self.first), of(&self.last));
            if last > first + first * percent / 100 {
                return Err(format!("{self}: {what} grew by more than {percent} %"));
            }
        }
        Ok(self.to_string())
    }
}

impl fmt::Display for UnderLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |mean: &Mean| format!("{} bytes, {} KiB", mean.live(), mean.resident_kib());
        write!(
            f,
            "under load, at least {} calls in flight, allocated and resident: {} in the first \
             third, {} in the last",
            self.fewest,
            line(&self.first),
            line(&self.last)
        )
    }
}
