use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

async fn with_log<F: Future>(make: impl FnOnce() -> F) -> F::Output {
    make().await
}

#[retry]
async fn buy() -> io::Result<u64> {
    with_log(|| charge(100)).await
}

fn main() {}
