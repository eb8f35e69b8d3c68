//! How much time the library takes of a call that succeeds at once.

use crate::calls::Fault;
use retry_runtime::{Budget, retry};
use retry_soak::breaker::Breaker;
use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

static BREAKER: Breaker = Breaker::new();
static BUDGET: Budget = Budget::standard();

/// With time-outs, a deadline, a budget, a breaker, hooks and metrics.
#[retry(timeout = 1s, deadline = 3s, budget = &BUDGET, breaker = &BREAKER, name = "instant",
    before_retry = |_| (), notify = |_| (), fallback = |error| Err(error))]
async fn instant() -> Result<u32, Fault> {
    Ok(black_box(1))
}

#[allow(clippy::unused_async, reason = "what the attribute is compared with")]
async fn plain() -> Result<u32, Fault> {
    Ok(black_box(1))
}

/// A figure in nanoseconds falls into the bucket of its logarithm: four to each doubling.
const BUCKETS: usize = 128;

#[derive(Debug)]
struct Histogram([AtomicU64; BUCKETS]);

impl Histogram {
    fn add(&self, time: Duration) {
        let nanos = u32::try_from(time.as_nanos()).unwrap_or(u32::MAX);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most 4 · 32, and a logarithm of 1 or more"
        )]
        let bucket = (f64::from(nanos.max(1)).log2() * 4.0) as usize;
        self.0[bucket.min(BUCKETS - 1)].fetch_add(1, Relaxed);
    }

    /// What so many of a thousand are below.
    fn quantile(&self, thousandths: u64) -> Duration {
        let all: u64 = self.0.iter().map(|bucket| bucket.load(Relaxed)).sum();
        let mut left = all * thousandths / 1000;
        for (bucket, end) in self.0.iter().zip(1_u32..) {
            let count = bucket.load(Relaxed);
            if count >= left {
                return Duration::from_secs_f64((f64::from(end) / 4.0).exp2() / 1e9);
            }
            left -= count;
        }
        Duration::ZERO
    }
}

/// The times of calls with the attribute, and of the same without.
#[derive(Debug)]
pub(crate) struct Overhead {
    with: Histogram,
    without: Histogram,
}

impl Default for Overhead {
    fn default() -> Self {
        let empty = || Histogram([const { AtomicU64::new(0) }; BUCKETS]);
        Self {
            with: empty(),
            without: empty(),
        }
    }
}

impl Overhead {
    /// One call of each.
    pub(crate) async fn measure(&self) {
        let began = Instant::now();
        let _ = black_box(instant().await);
        self.with.add(began.elapsed());
        let began = Instant::now();
        let _ = black_box(plain().await);
        self.without.add(began.elapsed());
    }
}

impl fmt::Display for Overhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |histogram: &Histogram| {
            [500, 990, 999]
                .map(|part| format!("{:?}", histogram.quantile(part)))
                .join(", ")
        };
        write!(
            f,
            "a call that succeeds at once, p50, p99 and p99.9: {}; without the attribute: {}",
            line(&self.with),
            line(&self.without)
        )
    }
}
