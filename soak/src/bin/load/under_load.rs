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
    /// What both may grow by, in percent: of a few seconds a mean is none.
    most: (u64, u64),
}

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
            let is_long = time >= Duration::from_secs(45);
            let mut seen = Self {
                first: Mean::default(),
                last: Mean::default(),
                fewest: i64::MAX,
                most: if is_long { (1, 10) } else { (10, 25) },
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
    /// It has grown.
    pub(crate) fn check(&self) -> Result<String, String> {
        let (live, resident) = self.most;
        let grew = |first: u64, last: u64, percent| last > first + first * percent / 100;
        if grew(self.first.live(), self.last.live(), live) {
            return Err(format!(
                "{self}: allocated bytes grew by more than {live} %"
            ));
        }
        if grew(
            self.first.resident_kib(),
            self.last.resident_kib(),
            resident,
        ) {
            return Err(format!(
                "{self}: resident memory grew by more than {resident} %"
            ));
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
