//! How much time the library takes of a call that succeeds at once.

use crate::policy::POLICY;
use crate::server::Fault;
use retry_runtime::{Budget, retry};
use retry_soak::breaker::Breaker;
use retry_tower::RetryLayer;
use std::fmt;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

/// The names of these calls.
pub(crate) const INSTANT: [&str; 2] = ["instant", "instantly"];

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

    fn count(&self) -> u64 {
        self.0.iter().map(|bucket| bucket.load(Relaxed)).sum()
    }

    /// What so many of a thousand are below.
    fn quantile(&self, thousandths: u64) -> Duration {
        let mut left = self.count() * thousandths / 1000;
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

/// The times of one way to call.
#[derive(Debug)]
struct Times {
    way: &'static str,
    histogram: Histogram,
}

impl Times {
    const fn of(way: &'static str) -> Self {
        Self {
            way,
            histogram: Histogram([const { AtomicU64::new(0) }; BUCKETS]),
        }
    }

    async fn measure<T>(&self, call: impl Future<Output = T>) {
        let began = Instant::now();
        let _ = black_box(call.await);
        self.histogram.add(began.elapsed());
    }
}

type Instantly = BoxCloneSyncService<(), u32, Fault>;

/// The times of calls with the library, and of the same without.
#[derive(Debug)]
pub(crate) struct Overhead {
    times: [Times; 4],
    service: Instantly,
    layered: Instantly,
}

impl Default for Overhead {
    fn default() -> Self {
        let service = service_fn(|()| -> Ready<Result<u32, Fault>> { ready(Ok(black_box(1))) });
        let layer = RetryLayer::new(POLICY).breaker(&BREAKER).name(INSTANT[1]);
        Self {
            times: [
                Times::of("a function"),
                Times::of("with the attribute"),
                Times::of("a boxed service"),
                Times::of("with the layer"),
            ],
            service: Instantly::new(service),
            layered: Instantly::new(layer.layer(service)),
        }
    }
}

impl Overhead {
    /// One call of each.
    pub(crate) async fn measure(&self, is_layered: bool) {
        let [function, attribute, service, layer] = &self.times;
        function.measure(plain()).await;
        attribute.measure(instant()).await;
        if is_layered {
            service.measure(self.service.clone().oneshot(())).await;
            layer.measure(self.layered.clone().oneshot(())).await;
        }
    }
}

impl fmt::Display for Overhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a call that succeeds at once, p50, p99 and p99.9")?;
        let measured = |times: &&Times| times.histogram.count() > 0;
        for Times { way, histogram } in self.times.iter().filter(measured) {
            let [p50, p99, p999] = [500, 990, 999].map(|part| histogram.quantile(part));
            write!(f, "; {way}: {p50:?}, {p99:?}, {p999:?}")?;
        }
        Ok(())
    }
}
