use retry_runtime::{non_idempotent, retry};
use std::io;

#[retry(max = 5, backoff = exp(100ms, 2, 1s))]
#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
