//! A server in memory, and what it and its clients have seen.

use retry_runtime::{Elapsed, Rejected, Transient, Verdict};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

#[derive(Debug)]
pub(crate) enum Fault {
    Down,
    Busy,
    /// Nothing was sent.
    Unsent,
    /// An answer like any other.
    Unknown,
    Late,
    Open,
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Down => Verdict::transient(),
            Self::Busy => Verdict::refused().with_pushback(PUSHBACK),
            Self::Unsent => Verdict::not_sent(),
            Self::Unknown | Self::Late | Self::Open => Verdict::permanent(),
        }
    }
}

impl From<Elapsed> for Fault {
    fn from(_: Elapsed) -> Self {
        Self::Late
    }
}

impl From<Rejected> for Fault {
    fn from(_: Rejected) -> Self {
        Self::Open
    }
}

pub(crate) const PUSHBACK: Duration = Duration::from_millis(50);

/// One name of calls: what the server has seen of them, and what their clients have.
#[derive(Debug, Default)]
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) hedged: bool,
    pub(crate) calls: AtomicU64,
    pub(crate) in_flight: AtomicI64,
    pub(crate) succeeded: AtomicU64,
    pub(crate) requests: AtomicU64,
    /// An outage.
    pub(crate) down: AtomicBool,
}

impl Served {
    /// Answers after 0.2 to 0.8 s, one of a hundred a second later, and fails in 11 of 200.
    pub(crate) async fn answer(&self) -> Result<(), Fault> {
        self.requests.fetch_add(1, Relaxed);
        // Failures take as long as answers: one after the other they would open the breaker.
        pause(Duration::from_millis(fastrand::u64(200..800))).await;
        if self.down.load(Relaxed) {
            return Err(Fault::Down);
        }
        match fastrand::u8(..200) {
            0..3 => Err(Fault::Unsent),
            3..8 => Err(Fault::Down),
            8..10 => Err(Fault::Busy),
            10..12 => {
                pause(Duration::from_secs(1)).await;
                Ok(())
            }
            12 => Err(Fault::Unknown),
            _ => Ok(()),
        }
    }
}

pub(crate) async fn pause(time: Duration) {
    if tokio::runtime::Handle::try_current().is_ok() {
        tokio::time::sleep(time).await;
    } else {
        async_io::Timer::after(time).await;
    }
}
