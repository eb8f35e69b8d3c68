//! The calls: by attributes, by closures and through layers, one after the other.

use crate::layers::Layers;
use crate::overhead::{INSTANT, Overhead};
use crate::policy::POLICY;
use crate::server::{Fault, Served, pause};
use retry_runtime::{Budget, non_idempotent, retry, retry_unsent};
use retry_soak::breaker::Breaker;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

static BUDGET: Budget = Budget::standard();
static BREAKER: Breaker = Breaker::new();

/// Those of the function that has outages: the others go on.
static OUTAGE_BUDGET: Budget = Budget::standard();
static OUTAGE_BREAKER: Breaker = Breaker::new();

/// All names, and whether their calls are hedged. The last three go through layers.
const NAMES: [(&str, bool); 8] = [
    ("read", false),
    ("get", true),
    ("run", false),
    ("order", false),
    ("outage", true),
    ("layer", true),
    ("http", true),
    ("load.Load/Get", false),
];

/// The places of those that have outages.
const OUTAGE: usize = 4;
const LAYER: usize = 5;

/// Of all calls, those that succeed at once too.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.map(|(name, _)| name).into_iter().chain(INSTANT)
}

/// The clients of all names.
pub(crate) struct Clients {
    served: [Arc<Served>; NAMES.len()],
    layers: Option<Layers>,
    overhead: Overhead,
}

impl Clients {
    /// The layers wait on tokio's timer alone.
    pub(crate) fn new(is_tokio: bool) -> Self {
        let served = NAMES.map(|(name, hedged)| {
            Arc::new(Served {
                name,
                hedged,
                ..Served::default()
            })
        });
        let [any, http, grpc] = [LAYER, LAYER + 1, LAYER + 2].map(|name| Arc::clone(&served[name]));
        Self {
            served,
            layers: is_tokio.then(|| Layers::new(any, http, grpc)),
            overhead: Overhead::default(),
        }
    }

    /// The names that are called.
    pub(crate) fn served(&self) -> &[Arc<Served>] {
        match self.layers {
            Some(_) => &self.served,
            None => &self.served[..LAYER],
        }
    }

    /// Begins an outage, or ends it.
    pub(crate) fn suffer(&self, is_down: bool) {
        for name in [OUTAGE, LAYER] {
            self.served[name].down.store(is_down, Relaxed);
        }
    }

    pub(crate) fn overhead(&self) -> &Overhead {
        &self.overhead
    }

    /// Calls in flight.
    pub(crate) fn in_flight(&self) -> i64 {
        let of = |served: &Arc<Served>| served.in_flight.load(Relaxed);
        self.served.iter().map(of).sum()
    }

    /// One call after the other.
    pub(crate) async fn call_until(self: Arc<Self>, end: Instant) -> Result<(), String> {
        while Instant::now() < end {
            let served = &self.served[fastrand::usize(..self.served().len())];
            served.calls.fetch_add(1, Relaxed);
            served.in_flight.fetch_add(1, Relaxed);
            let began = Instant::now();
            let succeeded = self.call(served).await?;
            served.in_flight.fetch_sub(1, Relaxed);
            served.succeeded.fetch_add(u64::from(succeeded), Relaxed);
            self.overhead.measure(self.layers.is_some()).await;
            // The breaker was open.
            if !succeeded && began.elapsed() < Duration::from_millis(10) {
                pause(Duration::from_millis(500)).await;
            }
        }
        Ok(())
    }

    async fn call(&self, served: &Served) -> Result<bool, String> {
        let outcome = match served.name {
            "read" => read(served).await,
            "get" => get(served).await,
            "run" => {
                let run = POLICY.run(|_| served.answer()).budget(&BUDGET);
                run.name("run").await
            }
            "order" => return ordered(served).await,
            "outage" => outage(served).await,
            layered => {
                let layers = self.layers.as_ref().ok_or("there are no layers")?;
                return Ok(match layered {
                    "layer" => layers.any().await,
                    "http" => layers.http().await,
                    _ => layers.grpc().await,
                });
            }
        };
        Ok(outcome.is_ok())
    }
}

/// An order, and how often it was executed.
async fn ordered(served: &Served) -> Result<bool, String> {
    let executed = AtomicU32::new(0);
    let outcome = order(served, &executed).await;
    let times = executed.load(Relaxed);
    if times > 1 || outcome.is_ok() && times != 1 {
        return Err(format!("an order was executed {times} times: {outcome:?}"));
    }
    Ok(outcome.is_ok())
}

#[retry(policy = &POLICY, budget = &BUDGET, breaker = &BREAKER, name = "read",
    before_retry = |_| pause(Duration::from_millis(1)), notify = |failure| { let _ = failure.delay(); })]
async fn read(served: &Served) -> Result<(), Fault> {
    served.answer().await
}

#[retry(policy = &POLICY, breaker = &BREAKER, name = "get", hedge = 900ms,
    fallback = |error| Err(error))]
async fn get(served: &Served) -> Result<(), Fault> {
    served.answer().await
}

#[retry(policy = &POLICY, budget = &OUTAGE_BUDGET, breaker = &OUTAGE_BREAKER, name = "outage",
    hedge = 900ms, spans)]
async fn outage(served: &Served) -> Result<(), Fault> {
    served.answer().await
}

#[non_idempotent]
#[retry_unsent(policy = &POLICY, budget = &BUDGET, breaker = &BREAKER, name = "order")]
async fn order(served: &Served, executed: &AtomicU32) -> Result<(), Fault> {
    let outcome = served.answer().await;
    if matches!(outcome, Ok(()) | Err(Fault::Down)) {
        executed.fetch_add(1, Relaxed);
    }
    outcome
}
