use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[non_idempotent]
async fn reserve() -> io::Result<()> {
    Ok(())
}

#[non_idempotent]
#[retry_unsent]
async fn charge(cents: u64) -> io::Result<u64> {
    reserve().await?;
    Ok(cents)
}

fn main() {}
