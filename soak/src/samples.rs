//! What a scrape would have seen, again and again.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use retry_runtime::metrics::{self, DELAY, DELAY_BUCKETS};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::interval;

/// The exporter, set up as the guide says.
///
/// # Errors
///
/// When there are no buckets, which is not the case here.
pub fn exporter() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DELAY.to_owned()), &DELAY_BUCKETS)
}

/// Serves what is counted at this address, for as long as the runtime lives.
///
/// # Errors
///
/// When the address is taken, or another recorder is installed already.
pub fn serve(address: SocketAddr) -> Result<(), BuildError> {
    exporter()?.with_http_listener(address).install()?;
    metrics::describe();
    metrics::count_calls();
    tokio::spawn(async {
        let mut every = interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            metrics::observe_budgets();
        }
    });
    Ok(())
}

/// Series by name and labels: a value for each scrape, from the first that had one.
#[derive(Debug, Default)]
pub struct Samples {
    scrapes: usize,
    series: BTreeMap<String, Vec<Option<f64>>>,
    types: BTreeMap<String, String>,
}

impl Samples {
    /// Adds what an exporter rendered, as the next scrape.
    pub fn add(&mut self, rendered: &str) {
        for line in rendered.lines() {
            if let Some(of_type) = line.strip_prefix("# TYPE ") {
                if let Some((name, kind)) = of_type.split_once(' ') {
                    self.types.insert(name.to_owned(), kind.to_owned());
                }
            } else if let Some((name, value)) = line.rsplit_once(' ') {
                if let (false, Ok(value)) = (line.starts_with('#'), value.parse()) {
                    let values = self.series.entry(name.to_owned()).or_default();
                    values.resize(self.scrapes, None);
                    values.push(Some(value));
                }
            }
        }
        self.scrapes += 1;
    }

    /// How many scrapes there were.
    #[must_use]
    pub const fn scrapes(&self) -> usize {
        self.scrapes
    }

    /// The input of `promtool test rules`: a line for each series, of a job. The buckets
    /// of histograms are left out: they are many, and no rule needs them.
    #[must_use]
    pub fn input_series(&self, job: &str) -> String {
        let mut input = String::new();
        for (name, values) in &self.series {
            if name.contains("_bucket{") {
                continue;
            }
            let name = with_job(name, job);
            let values: Vec<_> = values
                .iter()
                .map(|value| value.map_or("_".to_owned(), |value| value.to_string()))
                .collect();
            let _ = writeln!(
                input,
                "      - series: '{name}'\n        values: '{}'",
                values.join(" ")
            );
        }
        input
    }

    /// `OpenMetrics` with times, for `promtool tsdb create-blocks-from openmetrics`: the
    /// first scrape is at `start`, in seconds since 1970, and the next one `step` later.
    #[must_use]
    pub fn openmetrics(&self, job: &str, start: u64, step: u64) -> String {
        let mut text = String::new();
        for (family, kind) in &self.types {
            let name = family.strip_suffix("_total").unwrap_or(family);
            let _ = writeln!(text, "# TYPE {name} {kind}");
            let of_family = |name: &str| match name.split_once('{') {
                Some((name, _)) => {
                    name == family
                        || kind == "histogram"
                            && ["_bucket", "_sum", "_count"]
                                .iter()
                                .any(|end| name.strip_suffix(end) == Some(family))
                }
                None => false,
            };
            for (name, values) in self.series.iter().filter(|(name, _)| of_family(name)) {
                let name = with_job(name, job);
                let mut time = start;
                for value in values {
                    if let Some(value) = value {
                        let _ = writeln!(text, "{name} {value} {time}");
                    }
                    time += step;
                }
            }
        }
        text + "# EOF\n"
    }
}

/// `name{labels}` with one more label.
fn with_job(name: &str, job: &str) -> String {
    name.replacen('{', &format!("{{job=\"{job}\","), 1)
}
