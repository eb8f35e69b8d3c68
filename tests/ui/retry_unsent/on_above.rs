use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[retry_unsent(on = |_| true)]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
