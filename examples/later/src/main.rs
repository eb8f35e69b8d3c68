//! `cargo run -p example-later -- [--store STORE] SERVER [ITEM]` places an order
//! with the shop at `SERVER`, and then whatever else is in the queue.
//!
//! `STORE` is where the queue is: a file of `SQLite`, by default `orders.sqlite`, or
//! `redis://HOST:PORT`.

use example_later::{PlaceOrder, Queue, QueueError, Shop};
use std::env;
use std::sync::Arc;

const USAGE: &str = "write `[--store STORE] SERVER [ITEM]`";

/// What the command line asks for.
struct Arguments {
    store: String,
    server: String,
    item: Option<String>,
}

fn arguments(given: impl IntoIterator<Item = String>) -> Result<Arguments, QueueError> {
    let mut given = given.into_iter().peekable();
    let mut store = "orders.sqlite".to_owned();
    if given.next_if(|first| first == "--store").is_some() {
        store = given.next().ok_or(USAGE)?;
    }
    let server = given.next().ok_or(USAGE)?;
    let item = given.next();
    if given.next().is_some() {
        return Err(USAGE.into());
    }
    Ok(Arguments {
        store,
        server,
        item,
    })
}

#[tokio::main]
async fn main() -> Result<(), QueueError> {
    let Arguments {
        store,
        server,
        item,
    } = arguments(env::args().skip(1))?;
    let queue = Queue::open(&store).await?;
    let shop = Arc::new(Shop::new(server, queue.clone()));
    if let Some(item) = item {
        let placed = shop.place(&PlaceOrder { item }).await?;
        println!("{placed:?}");
    }
    match queue.work(shop).await {}
}
