use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry(before_retry = |_| async { charge(1).await.map(drop) })]
async fn buy() -> io::Result<u64> {
    Ok(1)
}

fn main() {}
