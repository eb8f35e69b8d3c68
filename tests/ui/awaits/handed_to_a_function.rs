use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

async fn within<F: Future>(call: F) -> F::Output {
    call.await
}

#[retry]
async fn buy() -> io::Result<u64> {
    within(charge(100)).await
}

fn main() {}
