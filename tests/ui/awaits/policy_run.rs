use retry_runtime::{Policy, non_idempotent};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

async fn buy() -> io::Result<u64> {
    Policy::DEFAULT.run(|_| charge(100)).await
}

fn main() {}
