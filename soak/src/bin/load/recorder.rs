//! The recorder: that of the exporter for Prometheus, but for histograms. Its own keep what
//! they have rendered until the threads that record advance an epoch, up to 64 blocks of
//! 2 KiB each of them, which fill over a quarter of an hour: a leak could hide in it.

use crate::events::REASONS;
use metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Label, Metadata, Recorder, SharedString,
    Unit,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use retry_runtime::Ended;
use retry_runtime::metrics::{
    ATTEMPTS, BUDGET, CALLS, DELAY, DELAY_BUCKETS, ENDINGS, HEDGES, RETRIES,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Installs it for the process.
pub(crate) fn install() -> Result<PrometheusHandle, String> {
    let exporter = PrometheusBuilder::new().build_recorder();
    let rendered = exporter.handle();
    let recorder = Flat {
        exporter,
        histograms: Mutex::default(),
    };
    metrics::set_global_recorder(recorder).map_err(|error| error.to_string())?;
    Ok(rendered)
}

/// Registers each time series that calls of this name can come to, so that none is new
/// later.
pub(crate) fn register(function: &'static str) {
    let verdicts = ["permanent", "transient", "not_sent", "refused", "success"];
    for verdict in verdicts {
        let labels = [("function", function), ("verdict", verdict)];
        metrics::counter!(RETRIES, &labels).increment(0);
        for reason in REASONS.map(Ended::as_str).into_iter().chain(["recovered"]) {
            let labels = [("function", function), ("reason", reason)];
            metrics::counter!(ATTEMPTS, &labels).increment(0);
            let labels = [labels[0], labels[1], ("verdict", verdict)];
            metrics::counter!(ENDINGS, &labels).increment(0);
        }
    }
    metrics::counter!(CALLS, "function" => function).increment(0);
    metrics::counter!(HEDGES, "function" => function).increment(0);
    // The buckets are registered with it.
    let _ = metrics::histogram!(DELAY, "function" => function);
    metrics::gauge!(BUDGET, "function" => function).set(0.0);
}

struct Flat {
    exporter: PrometheusRecorder,
    histograms: Mutex<HashMap<Key, Arc<Distribution>>>,
}

/// A histogram, as counters of the exporter's.
struct Distribution {
    buckets: [Counter; DELAY_BUCKETS.len()],
    count: Counter,
    sum: Gauge,
}

impl HistogramFn for Distribution {
    fn record(&self, value: f64) {
        for (end, bucket) in DELAY_BUCKETS.iter().zip(&self.buckets) {
            bucket.increment(u64::from(value <= *end));
        }
        self.count.increment(1);
        self.sum.increment(value);
    }
}

impl Flat {
    fn distribution(&self, key: &Key, metadata: &Metadata<'_>) -> Distribution {
        let named = |end: &str, more: Vec<Label>| {
            let labels = key.labels().cloned().chain(more).collect::<Vec<_>>();
            Key::from_parts(format!("{}{end}", key.name()), labels)
        };
        let bucket = |end: f64| {
            let key = named("_bucket", vec![Label::new("le", end.to_string())]);
            self.exporter.register_counter(&key, metadata)
        };
        let count = named("_count", Vec::new());
        let sum = named("_sum", Vec::new());
        Distribution {
            buckets: DELAY_BUCKETS.map(bucket),
            count: self.exporter.register_counter(&count, metadata),
            sum: self.exporter.register_gauge(&sum, metadata),
        }
    }
}

impl Recorder for Flat {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.exporter.describe_counter(key, unit, text);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, text: SharedString) {
        self.exporter.describe_gauge(key, unit, text);
    }

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, metadata: &Metadata<'_>) -> Counter {
        self.exporter.register_counter(key, metadata)
    }

    fn register_gauge(&self, key: &Key, metadata: &Metadata<'_>) -> Gauge {
        self.exporter.register_gauge(key, metadata)
    }

    fn register_histogram(&self, key: &Key, metadata: &Metadata<'_>) -> Histogram {
        let histograms = self.histograms.lock();
        let mut histograms = histograms.unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = histograms.get(key) {
            return Histogram::from_arc(Arc::clone(known));
        }
        let new = Arc::new(self.distribution(key, metadata));
        histograms.insert(key.clone(), Arc::clone(&new));
        Histogram::from_arc(new)
    }
}
