use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
fn buy() -> io::Result<u64> {
    futures::executor::block_on(async { charge(100).await })
}

fn main() {}
