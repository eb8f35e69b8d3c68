//! What Prometheus reads after a few calls.

use example_metrics::Shares;
use example_metrics::prometheus::exporter;
use example_metrics::server::Server;
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

    /// `retry_<name>` of a method of the exchange, with these labels.
    fn get(&self, name: &str, method: &str, labels: &str) -> Option<f64> {
        let labels = format!(r#"function="shares.{method}",target="test"{labels}"#);
        self.0.get(&format!("retry_{name}{{{labels}}}")).copied()
    }

    fn assert(&self, method: &str, expected: &[(&str, &str, f64)]) {
        for (name, labels, value) in expected {
            let counted = self.get(name, method, labels);
            assert_eq!(counted, Some(*value), "{name} in {:#?}", self.0);
        }
    }
}

fn shares(server: &Server) -> Shares {
    Shares::new("test", server.address(), Budget::standard())
}

#[test]
fn a_call_that_recovered() {
    let rendered = Rendered::of(async {
        let server = Server::start(2).await?;
        assert_eq!(shares(&server).price("ACME").await?, "41");
        Ok(())
    });
    let recovered = r#",reason="recovered""#;
    rendered.assert(
        "price",
        &[
            ("attempts_total", recovered, 3.0),
            ("retries_total", r#",verdict="transient""#, 2.0),
            (
                "endings_total",
                r#",reason="recovered",verdict="success""#,
                1.0,
            ),
            ("budget_tokens", "", 8.0),
        ],
    );
}

#[test]
fn the_waits_are_a_histogram_of_seconds() {
    let rendered = Rendered::of(async {
        let server = Server::start(2).await?;
        shares(&server).price("ACME").await?;
        Ok(())
    });
    // 20 ms and 40 ms, each shortened at random by up to half.
    rendered.assert(
        "price",
        &[
            ("delay_seconds_bucket", r#",le="0.001""#, 0.0),
            ("delay_seconds_bucket", r#",le="0.1""#, 2.0),
            ("delay_seconds_count", "", 2.0),
        ],
    );
    let sum = rendered.get("delay_seconds_sum", "price", "").unwrap();
    assert!((0.03..=0.06).contains(&sum), "{sum}");
}

#[test]
fn a_spent_budget_is_a_reason_of_its_own() {
    let rendered = Rendered::of(async {
        let server = Server::start(99).await?;
        let shares = shares(&server);
        for _ in 0..6 {
            shares.volume("ACME").await.unwrap_err();
        }
        Ok(())
    });
    // Five calls of 3 attempts, then one of 1.
    rendered.assert(
        "volume",
        &[
            ("attempts_total", r#",reason="exhausted""#, 15.0),
            ("attempts_total", r#",reason="budget""#, 1.0),
            ("retries_total", r#",verdict="transient""#, 10.0),
            (
                "endings_total",
                r#",reason="exhausted",verdict="transient""#,
                5.0,
            ),
            (
                "endings_total",
                r#",reason="budget",verdict="transient""#,
                1.0,
            ),
            ("budget_tokens", "", 0.0),
        ],
    );
}

#[test]
fn an_error_that_no_retry_can_mend_counts_only_after_one() {
    for (failures, expected) in [(0, None), (1, Some(1.0))] {
        let rendered = Rendered::of(async {
            let server = Server::start(failures).await?;
            shares(&server).price("NONE").await.unwrap_err();
            Ok(())
        });
        let permanent = r#",reason="permanent",verdict="permanent""#;
        assert_eq!(rendered.get("endings_total", "price", permanent), expected);
    }
}

#[test]
fn a_success_at_once_leaves_no_trace_where_calls_are_not_counted() {
    let rendered = Rendered::of(async {
        let server = Server::start(0).await?;
        shares(&server).price("ACME").await?;
        Ok(())
    });
    assert!(rendered.0.is_empty(), "{:#?}", rendered.0);
}
