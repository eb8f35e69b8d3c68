use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
#[retry]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
