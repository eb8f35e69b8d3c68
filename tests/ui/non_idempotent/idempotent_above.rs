use retry_runtime::{idempotent, non_idempotent};
use std::io;

#[idempotent]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
