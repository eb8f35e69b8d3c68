use futures::future::FutureExt as _;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let limit = std::time::Duration::from_secs(1);
    tokio::time::timeout(limit, charge(100).map(|paid| paid)).await?
}

fn main() {}
