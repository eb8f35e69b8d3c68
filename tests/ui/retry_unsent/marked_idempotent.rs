use retry_runtime::{idempotent, retry_unsent};
use std::io;

#[idempotent]
#[retry_unsent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
