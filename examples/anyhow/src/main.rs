//! `cargo run -p example-anyhow`: four calls, and how many requests each took.

use example_anyhow::Weather;
use example_anyhow::server::Failure::{Busy, HangUp, Silence};
use example_anyhow::server::Server;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_millis(500);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    println!("now: the station hangs up, then says nothing, then answers");
    let server = Server::start([HangUp, Silence]).await?;
    let weather = Weather::new(server.address(), TIMEOUT);
    report(&server, weather.now("Oslo").await);

    println!("now: the station is busy, an error type of our own, which is not asked");
    let server = Server::start([Busy, Busy]).await?;
    let weather = Weather::new(server.address(), TIMEOUT);
    report(&server, weather.now("Oslo").await);

    println!("tomorrow: the same, with an `on` that asks it");
    let server = Server::start([Busy, Busy]).await?;
    let weather = Weather::new(server.address(), TIMEOUT);
    report(&server, weather.tomorrow("Oslo").await);

    println!("now: the station hangs up each time");
    let server = Server::start([HangUp; 9]).await?;
    let weather = Weather::new(server.address(), TIMEOUT);
    report(&server, weather.now("Oslo").await);
    Ok(())
}

/// With `{:#}` an error prints its contexts, from the outermost one inwards.
fn report(server: &Server, outcome: anyhow::Result<String>) {
    match outcome {
        Ok(answer) => println!("  {answer}"),
        Err(error) => println!("  error: {error:#}"),
    }
    println!("  requests: {}", server.requests());
}
