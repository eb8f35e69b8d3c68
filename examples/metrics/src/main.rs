//! `cargo run -p example-metrics`: some calls, then what Prometheus would read.

use example_metrics::Shares;
use example_metrics::prometheus::exporter;
use example_metrics::server::Server;
use retry_runtime::{Budget, metrics};
use std::error::Error;
use std::io;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A service that runs on has the exporter's own HTTP listener instead: see
    // `example_metrics::prometheus::serve`.
    let prometheus = exporter()?.install_recorder()?;
    metrics::describe();
    metrics::count_calls();

    println!("price: the exchange hangs up twice, then answers");
    let server = Server::start(2).await?;
    let shares = Shares::new("frankfurt", server.address(), Budget::standard());
    report(shares.price("ACME").await);

    println!("volume, four times: the exchange hangs up each time, and the budget is 6 retries");
    let server = Server::start(99).await?;
    let shares = Shares::new("stuttgart", server.address(), Budget::standard().reserve(6));
    for _ in 0..4 {
        report(shares.volume("ACME").await);
    }

    metrics::observe_budgets();
    println!("\n{}", prometheus.render());
    Ok(())
}

fn report(outcome: io::Result<String>) {
    match outcome {
        Ok(answer) => println!("  {answer}"),
        Err(error) => println!("  error: {error}"),
    }
}
