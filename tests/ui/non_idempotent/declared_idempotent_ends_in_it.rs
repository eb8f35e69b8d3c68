use retry_runtime::{idempotent, non_idempotent};
use std::future::Future;
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[idempotent]
fn pay() -> impl Future<Output = io::Result<u64>> {
    charge(100)
}

fn main() {}
