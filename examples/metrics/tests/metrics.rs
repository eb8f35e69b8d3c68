//! What Prometheus reads after a few calls.

use example_metrics::server::Server;
use example_metrics::{Shares, exporter};
use retry_runtime::Budget;
use std::collections::BTreeMap;
use std::io;

/// The values of the rendered text, by name and labels.
struct Rendered(BTreeMap<String, f64>);

impl Rendered {
    /// Whatever is reported while this runs, which has to succeed.
    fn of(run: impl Future<Output = io::Result<()>>) -> Self {
        // One for each test: a global one would count for all of them.
        let recorder = exporter().unwrap().build_recorder();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        metrics::with_local_recorder(&recorder, || runtime.block_on(run)).unwrap();
        let text = recorder.handle().render();
        let values = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let (name, value) = line.rsplit_once(' ').unwrap();
                (name.to_owned(), value.parse().unwrap())
            });
        Self(values.collect())
    }

    /// The part of the name after `retry_client_`, with its labels.
    fn get(&self, name: &str) -> Option<f64> {
        self.0.get(&format!("retry_client_{name}")).copied()
    }

    fn assert(&self, expected: &[(&str, f64)]) {
        for (name, value) in expected {
            assert_eq!(self.get(name), Some(*value), "{name} in {:#?}", self.0);
        }
    }
}

#[test]
fn a_call_that_recovered() {
    let rendered = Rendered::of(async {
        let server = Server::start(2).await?;
        let shares = Shares::new(server.address(), Budget::standard());
        assert_eq!(shares.price("ACME").await?, "41");
        Ok(())
    });
    rendered.assert(&[
        (r#"call_attempts_total{function="shares.price"}"#, 3.0),
        (r#"call_retries_total{function="shares.price"}"#, 2.0),
        (
            r#"call_endings_total{function="shares.price",reason="recovered"}"#,
            1.0,
        ),
        (r#"budget_level{function="shares.price"}"#, 8.0),
    ]);
}

#[test]
fn the_waits_are_a_histogram_of_seconds() {
    let rendered = Rendered::of(async {
        let server = Server::start(2).await?;
        let shares = Shares::new(server.address(), Budget::standard());
        shares.price("ACME").await?;
        Ok(())
    });
    // 20 ms and 40 ms, each shortened at random by up to half.
    rendered.assert(&[
        (
            r#"call_retry_delay_bucket{function="shares.price",le="0.001"}"#,
            0.0,
        ),
        (
            r#"call_retry_delay_bucket{function="shares.price",le="0.1"}"#,
            2.0,
        ),
        (r#"call_retry_delay_count{function="shares.price"}"#, 2.0),
    ]);
    let sum = rendered
        .get(r#"call_retry_delay_sum{function="shares.price"}"#)
        .unwrap();
    assert!((0.03..=0.06).contains(&sum), "{sum}");
}

#[test]
fn a_spent_budget_is_a_reason_of_its_own() {
    let rendered = Rendered::of(async {
        let server = Server::start(99).await?;
        let shares = Shares::new(server.address(), Budget::standard());
        for _ in 0..6 {
            shares.volume("ACME").await.unwrap_err();
        }
        Ok(())
    });
    // Five calls of 3 attempts, then one of 1.
    rendered.assert(&[
        (r#"call_attempts_total{function="shares.volume"}"#, 16.0),
        (r#"call_retries_total{function="shares.volume"}"#, 10.0),
        (
            r#"call_endings_total{function="shares.volume",reason="exhausted"}"#,
            5.0,
        ),
        (
            r#"call_endings_total{function="shares.volume",reason="budget"}"#,
            1.0,
        ),
        (r#"budget_level{function="shares.volume"}"#, 0.0),
    ]);
}

#[test]
fn an_error_that_no_retry_can_mend_counts_only_after_one() {
    let reason = r#"call_endings_total{function="shares.price",reason="permanent"}"#;
    for (failures, expected) in [(0, None), (1, Some(1.0))] {
        let rendered = Rendered::of(async {
            let server = Server::start(failures).await?;
            let shares = Shares::new(server.address(), Budget::standard());
            shares.price("NONE").await.unwrap_err();
            Ok(())
        });
        assert_eq!(rendered.get(reason), expected);
    }
}

#[test]
fn a_success_at_once_leaves_no_trace() {
    let rendered = Rendered::of(async {
        let server = Server::start(0).await?;
        let shares = Shares::new(server.address(), Budget::standard());
        shares.price("ACME").await?;
        Ok(())
    });
    assert!(rendered.0.is_empty(), "{:#?}", rendered.0);
}
