use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[non_idempotent]
async fn reserve() -> io::Result<()> {
    Ok(())
}

#[retry_unsent]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    tokio::join!(reserve()).0?;
    Ok(cents)
}

fn main() {}
