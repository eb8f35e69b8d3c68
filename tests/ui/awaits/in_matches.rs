use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    if matches!(charge(100).await, Ok(1)) {
        return Ok(1);
    }
    Ok(0)
}

fn main() {}
