//! `cargo run -p example-later -- FILE SERVER [ITEM]` places an order with the
//! shop at `SERVER`, and then whatever else is in the queue in `FILE`.

use example_later::{PlaceOrder, Queue, QueueError, Shop};
use std::env;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), QueueError> {
    let mut arguments = env::args().skip(1);
    let (Some(file), Some(server)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments are needed: FILE SERVER [ITEM]".into());
    };
    let queue = Queue::open(&file).await?;
    let shop = Arc::new(Shop::new(server, queue.clone()));
    if let Some(item) = arguments.next() {
        let placed = shop.place(&PlaceOrder { item }).await?;
        println!("{placed:?}");
    }
    queue.work(shop).await
}
