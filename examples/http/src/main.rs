//! A shop that fails, and a client that gets along with it.

use example_http::server::Failure::{HalfAnAnswer, Reset, Slow, Status};
use example_http::server::Server;
use example_http::{Shop, ShopError};
use reqwest::StatusCode;
use std::error::Error;
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("price: the connection is reset, then 503 with `Retry-After: 1`, then an answer");
    let busy = Status(StatusCode::SERVICE_UNAVAILABLE, "1".into());
    let server = Server::start([Reset, busy]).await?;
    println!(
        "  {} cents",
        Shop::new(server.url())?.price("teapot").await?
    );

    println!("order: executed, but the answer breaks off; then executed, but too slow");
    let server = Server::start([HalfAnAnswer, Slow(Duration::from_secs(2))]).await?;
    println!(
        "  number {}",
        Shop::new(server.url())?.order("teapot").await?
    );
    println!(
        "  {} requests, {} order",
        server.seen().len(),
        server.orders()
    );

    println!("order without a key: executed, but the answer breaks off");
    let server = Server::start([HalfAnAnswer]).await?;
    let error = Shop::new(server.url())?
        .order_without_key("teapot")
        .await
        .err();
    println!(
        "  {}",
        error
            .as_ref()
            .map_or("no error".into(), ShopError::to_string)
    );
    println!(
        "  {} request: not tried again, it may have been executed",
        server.seen().len()
    );

    println!("price: 429 with `Retry-After: 3600`");
    let limited = Status(StatusCode::TOO_MANY_REQUESTS, "3600".into());
    let server = Server::start([limited]).await?;
    let error = Shop::new(server.url())?.price("teapot").await.err();
    println!(
        "  {}: no one waits that long",
        error
            .as_ref()
            .map_or("no error".into(), ShopError::to_string)
    );
    Ok(())
}
