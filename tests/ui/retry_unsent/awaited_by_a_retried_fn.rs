use retry_runtime::{non_idempotent, retry, retry_unsent};
use std::io;

#[retry]
pub async fn buy() -> io::Result<u64> {
    charge(100).await
}

#[non_idempotent]
#[retry_unsent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
