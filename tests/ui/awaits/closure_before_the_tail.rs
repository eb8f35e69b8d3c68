use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
fn buy() -> impl Future<Output = io::Result<u64>> {
    let pay = || async { charge(100).await };
    async move { pay().await }
}

fn main() {}
