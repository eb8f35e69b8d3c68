//! Every panel of the dashboard has something to show.

use super::panel::{Panel, panels};
use super::prometheus::{Folder, Prometheus, free_address, is_installed, operating, promtool};
use super::recording::{STEP, minutes, record};
use retry_soak::outages::{Outage, Shop};
use retry_soak::samples::serve;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, fs};

const ALL: [Outage; 6] = [
    Outage::Down,
    Outage::NodesDown,
    Outage::Storm,
    Outage::Breaker,
    Outage::UnknownError,
    Outage::RanTwice,
];

/// Whether a result of a query has a number.
fn has_value(result: &Value) -> bool {
    let number = |value: &Value| {
        let text = value[1].as_str().unwrap();
        text.parse::<f64>().unwrap().is_finite()
    };
    match result["values"].as_array() {
        Some(values) => values.iter().any(number),
        None => number(&result["value"]),
    }
}

/// Half a minute of everything, in real time, scraped as in production.
#[tokio::test(flavor = "multi_thread")]
async fn every_expression_returns_data_of_a_live_scrape() {
    if !is_installed("every_expression_returns_data_of_a_live_scrape") {
        return;
    }
    let address = free_address();
    serve(address).unwrap();
    let folder = Folder::new("live");
    let prometheus = Prometheus::start(&folder, &folder.path().join("data"), Some(address));
    let shop = Arc::new(Shop::new());
    let (often, soon) = (Duration::from_millis(20), Duration::from_secs(4));
    // What is new at the second scrape has no rate at the first.
    shop.run(Outage::None, often, soon).await;
    for outage in ALL {
        shop.run(outage, often, soon).await;
    }
    for panel in panels() {
        for target in &panel.targets {
            let expression = target.expression("1m");
            let results = prometheus.query(&expression);
            assert!(
                results.iter().any(has_value),
                "{}: {expression}: {results:?}",
                panel.title
            );
        }
    }
    let rules = prometheus.query("group by (alertname) (ALERTS)");
    assert!(!rules.is_empty(), "the rules are evaluated");
}

/// The panels of an incident, of which the guide has the pictures: with
/// `PANELS=overwrite` they are drawn anew.
#[test]
fn every_panel_shows_the_incident() {
    if !is_installed("every_panel_shows_the_incident") {
        return;
    }
    let mut phases = vec![(Outage::None, minutes(10))];
    for outage in ALL {
        phases.extend([(outage, minutes(10)), (Outage::None, minutes(5))]);
    }
    let samples = record(&phases);
    let step = STEP.as_secs();
    let length = step * u64::try_from(samples.scrapes()).unwrap();
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let from = now - length - 3600;
    let folder = Folder::new("incident");
    let input = folder.write("samples.txt", &samples.openmetrics("shop", from, step));
    let data = folder.path().join("data");
    promtool(&[
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        input.to_str().unwrap(),
        data.to_str().unwrap(),
    ]);
    let prometheus = Prometheus::start(&folder, &data, None);
    for panel in panels() {
        let lines: Vec<_> = panel
            .targets
            .iter()
            .flat_map(|target| {
                let expression = target.expression("1m");
                let results = prometheus.query_range(&expression, from, from + length);
                assert!(
                    results.iter().any(has_value),
                    "{}: {expression}: {results:?}",
                    panel.title
                );
                results.into_iter().map(|result| target.line(&result, from))
            })
            .collect();
        if env::var_os("PANELS").is_some_and(|panels| panels == "overwrite") {
            let Panel { slug, .. } = &panel;
            let file = operating(&format!("panels/{slug}.svg"));
            fs::write(file, panel.draw(&lines, length)).unwrap();
        }
    }
}

#[test]
fn the_guide_shows_every_panel() {
    let guide = fs::read_to_string(operating("README.md")).unwrap();
    for panel in panels() {
        let picture = format!("panels/{}.svg", panel.slug);
        assert!(guide.contains(&picture), "{picture} is not in README.md");
        assert!(operating(&picture).exists(), "{picture} is missing");
    }
}
