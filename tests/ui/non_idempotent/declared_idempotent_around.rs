use retry_runtime::{idempotent, non_idempotent};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[idempotent]
async fn buy() -> io::Result<u64> {
    charge(100).await
}

fn main() {}
