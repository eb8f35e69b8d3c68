use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let (first, _) = tokio::try_join!(charge(100), async { Ok(1) })?;
    Ok(first)
}

fn main() {}
