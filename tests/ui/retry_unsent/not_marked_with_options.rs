use retry_runtime::retry_unsent;
use std::io;

#[retry_unsent(max = 5)]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
