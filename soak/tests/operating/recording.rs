//! Outages on a clock that stands still between two events: an hour in a second.

use retry_runtime::metrics;
use retry_soak::outages::{Outage, Shop};
use retry_soak::samples::{Samples, exporter};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::interval;

/// Between two scrapes.
pub(crate) const STEP: Duration = Duration::from_secs(15);

pub(crate) const fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

/// What was scraped while one after the other went wrong for so long.
pub(crate) fn record(phases: &[(Outage, Duration)]) -> Samples {
    metrics::count_calls();
    fastrand::seed(7);
    let recorder = exporter().unwrap().build_recorder();
    let handle = recorder.handle();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let run = async {
        let shop = Arc::new(Shop::new());
        let calls = async {
            for (outage, time) in phases {
                shop.run(*outage, Duration::from_millis(250), *time).await;
            }
        };
        let mut samples = Samples::default();
        let mut step = interval(STEP);
        let scrapes = async {
            loop {
                step.tick().await;
                metrics::observe_budgets();
                samples.add(&handle.render());
            }
        };
        tokio::select! {
            () = calls => {}
            () = scrapes => {}
        }
        samples
    };
    ::metrics::with_local_recorder(&recorder, || runtime.block_on(run))
}
