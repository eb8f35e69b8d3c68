use futures::future;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let (first, ..) = future::join3(charge(100), future::ready(1), future::ready(2)).await;
    first
}

fn main() {}
