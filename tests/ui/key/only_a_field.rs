use retry_runtime::retry;
use std::io;

struct Order {
    key: u64,
}

#[retry(key = key)]
async fn place(order: &Order) -> io::Result<u64> {
    Ok(order.key)
}

fn main() {}
