//! `cargo run -p example-metrics`: some calls, then what Prometheus would read.

use example_metrics::server::Server;
use example_metrics::{Shares, exporter};
use retry_runtime::Budget;
use std::error::Error;
use std::io;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // A service that runs on calls `run_upkeep` of it now and then, or leaves
    // that to the exporter's own HTTP listener.
    let metrics = exporter()?.install_recorder()?;

    println!("price: the exchange hangs up twice, then answers");
    let server = Server::start(2).await?;
    let shares = Shares::new(server.address(), Budget::standard());
    report(shares.price("ACME").await);

    println!("volume, four times: the exchange hangs up each time, and the budget is 6 retries");
    let server = Server::start(99).await?;
    let shares = Shares::new(server.address(), Budget::standard().reserve(6));
    for _ in 0..4 {
        report(shares.volume("ACME").await);
    }

    println!("\n{}", metrics.render());
    Ok(())
}

fn report(outcome: io::Result<String>) {
    match outcome {
        Ok(answer) => println!("  {answer}"),
        Err(error) => println!("  error: {error}"),
    }
}
