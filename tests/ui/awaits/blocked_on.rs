use retry_runtime::{non_idempotent, retry};
use std::io;
use tokio::runtime::Handle;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
fn buy(runtime: &Handle) -> io::Result<u64> {
    runtime.block_on(charge(100))
}

fn main() {}
