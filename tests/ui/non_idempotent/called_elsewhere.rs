use retry_runtime::{non_idempotent, retry};
use std::io;

#[retry]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

pub async fn buy() -> io::Result<u64> {
    charge(100).await
}

fn main() {}
