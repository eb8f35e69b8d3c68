//! What a reader of OpenTelemetry is given.

use example_metrics::Shares;
use example_metrics::opentelemetry::install;
use example_metrics::server::Server;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics,
};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use retry_runtime::metrics::{BUDGET, CALLS, DELAY, DELAY_BUCKETS, ENDINGS};
use retry_runtime::{Budget, metrics};
use std::io;

/// The attributes of a data point, in order.
fn attributes<'a>(all: impl Iterator<Item = &'a opentelemetry::KeyValue>) -> Vec<String> {
    let mut all: Vec<_> = all
        .map(|attribute| format!("{}={}", attribute.key, attribute.value))
        .collect();
    all.sort();
    all
}

fn counted(metric: &Metric) -> Vec<(Vec<String>, u64)> {
    let AggregatedMetrics::U64(MetricData::Sum(sum)) = metric.data() else {
        panic!("{metric:?} is no counter");
    };
    assert!(sum.is_monotonic());
    sum.data_points()
        .map(|point| (attributes(point.attributes()), point.value()))
        .collect()
}

#[tokio::test]
async fn names_units_and_attributes_are_those_of_prometheus() -> io::Result<()> {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder()
        .with_reader(PeriodicReader::builder(exporter.clone()).build())
        .build();
    install(provider.meter("shares")).unwrap();

    let server = Server::start(2).await?;
    let shares = Shares::new("frankfurt", server.address(), Budget::standard());
    shares.price("ACME").await?;
    shares.price("ACME").await?;
    metrics::observe_budgets();
    provider.force_flush().unwrap();

    let finished = exporter.get_finished_metrics().unwrap();
    let all = || {
        finished
            .iter()
            .flat_map(ResourceMetrics::scope_metrics)
            .flat_map(ScopeMetrics::metrics)
    };
    let find = |name| all().find(|metric| metric.name() == name).unwrap();
    let names = ["function=shares.price", "target=frankfurt"].map(String::from);

    assert_eq!(counted(find(CALLS)), [(names.to_vec(), 2)]);
    assert_eq!(find(CALLS).description(), "Calls of retried functions.");
    let of_ending = [
        &names[..1],
        &["reason=recovered".into()],
        &names[1..],
        &["verdict=success".into()],
    ];
    assert_eq!(counted(find(ENDINGS)), [(of_ending.concat(), 1)]);

    assert_eq!(find(DELAY).unit(), "s");
    let AggregatedMetrics::F64(MetricData::Histogram(delays)) = find(DELAY).data() else {
        panic!("{:?} is no histogram", find(DELAY));
    };
    let point = delays.data_points().next().unwrap();
    assert_eq!(point.count(), 2);
    assert!(point.bounds().eq(DELAY_BUCKETS));

    let AggregatedMetrics::F64(MetricData::Gauge(levels)) = find(BUDGET).data() else {
        panic!("{:?} is no gauge", find(BUDGET));
    };
    let point = levels.data_points().next().unwrap();
    assert_eq!(attributes(point.attributes()), names);
    assert!((0.0..=10.0).contains(&point.value()));
    Ok(())
}
