use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
#[cfg_attr(all(), retry)]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
