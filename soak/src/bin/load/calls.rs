//! The calls, and a server in memory.

use crate::Counts;
use crate::overhead::Overhead;
use retry_runtime::{
    Backoff, Budget, Elapsed, Policy, Rejected, Transient, Verdict, non_idempotent, retry,
    retry_unsent,
};
use retry_soak::breaker::Breaker;
use retry_tower::{Hedging, RetryLayer};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};

const POLICY: Policy = Policy::DEFAULT
    .with_max(4)
    .with_backoff(
        match Backoff::exp(Duration::from_millis(20), 2.0, Duration::from_millis(200)) {
            Ok(backoff) => backoff,
            Err(_) => panic!("the cap is above the first delay"),
        },
    )
    .with_timeout(Duration::from_secs(2))
    .with_deadline(Duration::from_secs(6));

static BUDGET: Budget = Budget::standard();
static BREAKER: Breaker = Breaker::new();

#[derive(Debug)]
pub(crate) enum Fault {
    Down,
    Busy,
    /// Nothing was sent.
    Unsent,
    Late,
    Open,
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        match self {
            Self::Down => Verdict::transient(),
            Self::Busy => Verdict::refused().with_pushback(Duration::from_millis(50)),
            Self::Unsent => Verdict::not_sent(),
            Self::Late | Self::Open => Verdict::permanent(),
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

/// What the server has seen of the calls of one name, and what their clients have.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    pub(crate) name: &'static str,
    pub(crate) hedged: bool,
    pub(crate) calls: AtomicU64,
    pub(crate) succeeded: AtomicU64,
    pub(crate) requests: AtomicU64,
}

/// Answers after 0.2 to 0.8 s, and fails in one of 20 requests.
async fn answer(counted: &Counted) -> Result<(), Fault> {
    counted.requests.fetch_add(1, Relaxed);
    // Failures take as long as answers: one after the other they would open the breaker.
    pause(Duration::from_millis(fastrand::u64(200..800))).await;
    match fastrand::u8(..200) {
        0..3 => Err(Fault::Unsent),
        3..8 => Err(Fault::Down),
        8..10 => Err(Fault::Busy),
        10..12 => {
            pause(Duration::from_secs(1)).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn pause(time: Duration) {
    if tokio::runtime::Handle::try_current().is_ok() {
        tokio::time::sleep(time).await;
    } else {
        async_io::Timer::after(time).await;
    }
}

type Layered = BoxCloneSyncService<(), (), Fault>;
type Answering = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>>;

/// The clients of all names.
pub(crate) struct Clients {
    counts: Arc<Counts>,
    layered: Option<Layered>,
    overhead: Overhead,
}

const READ: usize = 0;
const GET: usize = 1;
const RUN: usize = 2;
const ORDER: usize = 3;
const LAYER: usize = 4;

impl Clients {
    /// The layer waits on tokio's timer alone.
    pub(crate) fn new(is_tokio: bool) -> Self {
        let names = [
            ("read", false),
            ("get", true),
            ("run", false),
            ("order", false),
            ("layer", true),
        ];
        let counts = Arc::new(names.map(|(name, hedged)| Counted {
            name,
            hedged,
            ..Counted::default()
        }));
        let layered = is_tokio.then(|| {
            let shared = Arc::clone(&counts);
            let server = service_fn(move |()| {
                let counts = Arc::clone(&shared);
                Box::pin(async move { answer(&counts[LAYER]).await }) as Answering
            });
            let layer = RetryLayer::new(POLICY)
                .breaker(&BREAKER)
                .hedge(Hedging::after(Duration::from_millis(900)))
                .name("layer");
            Layered::new(layer.layer(server))
        });
        Self {
            counts,
            layered,
            overhead: Overhead::default(),
        }
    }

    pub(crate) fn counted(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn overhead(&self) -> &Overhead {
        &self.overhead
    }

    /// One call after the other.
    pub(crate) async fn call_until(self: Arc<Self>, end: Instant) -> Result<(), String> {
        while Instant::now() < end {
            let name = fastrand::usize(..if self.layered.is_some() { 5 } else { 4 });
            let counted = &self.counts[name];
            counted.calls.fetch_add(1, Relaxed);
            let executed = AtomicU32::new(0);
            let outcome = match name {
                READ => read(counted).await,
                GET => get(counted).await,
                RUN => {
                    let run = POLICY.run(|_| answer(counted)).budget(&BUDGET);
                    run.name("run").await
                }
                ORDER => order(counted, &executed).await,
                _ => match self.layered.clone() {
                    Some(layered) => layered.oneshot(()).await,
                    None => Ok(()),
                },
            };
            let times = executed.load(Relaxed);
            if times > 1 || name == ORDER && outcome.is_ok() && times != 1 {
                return Err(format!("an order was executed {times} times: {outcome:?}"));
            }
            counted
                .succeeded
                .fetch_add(u64::from(outcome.is_ok()), Relaxed);
            self.overhead.measure().await;
        }
        Ok(())
    }
}

#[retry(policy = &POLICY, budget = &BUDGET, breaker = &BREAKER, name = "read",
    before_retry = |_| pause(Duration::from_millis(1)), notify = |failure| { let _ = failure.delay(); })]
async fn read(counted: &Counted) -> Result<(), Fault> {
    answer(counted).await
}

#[retry(policy = &POLICY, budget = &BUDGET, breaker = &BREAKER, name = "get", hedge = 900ms)]
async fn get(counted: &Counted) -> Result<(), Fault> {
    answer(counted).await
}

#[non_idempotent]
#[retry_unsent(policy = &POLICY, budget = &BUDGET, breaker = &BREAKER, name = "order")]
async fn order(counted: &Counted, executed: &AtomicU32) -> Result<(), Fault> {
    let outcome = answer(counted).await;
    if matches!(outcome, Ok(()) | Err(Fault::Down)) {
        executed.fetch_add(1, Relaxed);
    }
    outcome
}
