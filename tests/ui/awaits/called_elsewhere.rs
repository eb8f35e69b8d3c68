use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

pub async fn shop() -> io::Result<u64> {
    buy().await
}

#[retry]
async fn buy() -> io::Result<u64> {
    charge(100).await
}

fn main() {}
