use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[non_idempotent]
#[retry_unsent(on = |_| true)]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
