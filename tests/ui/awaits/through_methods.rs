use futures::future::FutureExt as _;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    charge(100).map(|paid| paid).inspect(|_| ()).fuse().await
}

fn main() {}
