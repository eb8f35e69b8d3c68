use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[non_idempotent]
#[retry_unsent(key = key)]
async fn charge(cents: u64) -> io::Result<u64> {
    let _ = key;
    Ok(cents)
}

fn main() {}
