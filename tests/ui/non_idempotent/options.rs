use retry_runtime::non_idempotent;
use std::io;

#[non_idempotent(max = 3)]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
