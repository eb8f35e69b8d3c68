use retry_runtime::{non_idempotent, retry};
use std::io;
use std::pin::Pin;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
fn buy() -> Pin<Box<dyn Future<Output = io::Result<u64>>>> {
    Box::pin(async { charge(100).await })
}

fn main() {}
