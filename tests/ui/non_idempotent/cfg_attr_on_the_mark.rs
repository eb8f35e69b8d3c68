use retry_runtime::{non_idempotent, retry};
use std::io;

#[retry]
#[cfg_attr(all(), non_idempotent)]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
