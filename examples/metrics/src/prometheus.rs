//! What Prometheus scrapes.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use retry_runtime::metrics::{self, DELAY, DELAY_BUCKETS};
use std::net::SocketAddr;
use std::time::Duration;

/// The exporter, with buckets for the waits: without them they would be a summary.
///
/// # Errors
///
/// When there are no buckets, which is not the case here.
pub fn exporter() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DELAY.to_owned()), &DELAY_BUCKETS)
}

/// Serves the metrics at this address, for as long as the runtime lives.
///
/// # Errors
///
/// When the address is taken, or another recorder is installed already.
pub fn serve(address: SocketAddr) -> Result<(), BuildError> {
    exporter()?.with_http_listener(address).install()?;
    metrics::describe();
    metrics::count_calls();
    tokio::spawn(async {
        // More often than Prometheus comes.
        let mut every = tokio::time::interval(Duration::from_secs(5));
        loop {
            every.tick().await;
            metrics::observe_budgets();
        }
    });
    Ok(())
}
