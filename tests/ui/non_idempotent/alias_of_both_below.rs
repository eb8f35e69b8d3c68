use retry_runtime::{non_idempotent as once, retry as again};
use std::io;

#[once]
#[again]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
