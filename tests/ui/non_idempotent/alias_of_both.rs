use retry_runtime::{non_idempotent as once, retry as again};
use std::io;

#[again]
#[once]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
