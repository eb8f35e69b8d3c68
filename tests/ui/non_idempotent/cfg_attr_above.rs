use retry_runtime::{non_idempotent, retry};
use std::io;

#[cfg_attr(all(), retry)]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
