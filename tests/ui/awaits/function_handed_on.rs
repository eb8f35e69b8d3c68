use futures::TryFutureExt;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

async fn price() -> io::Result<u64> {
    Ok(100)
}

#[retry]
async fn buy() -> io::Result<u64> {
    price().and_then(charge).await
}

fn main() {}
