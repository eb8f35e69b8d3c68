use retry_runtime::{non_idempotent, retry as again};
use std::io;

#[non_idempotent]
#[again]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
