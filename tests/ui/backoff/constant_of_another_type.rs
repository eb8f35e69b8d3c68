use retry_runtime::retry;
use std::io;

const FIRST: u64 = 100;

#[retry(backoff = exp(FIRST, 2, 1s))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
