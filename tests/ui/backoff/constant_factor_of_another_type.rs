use retry_runtime::retry;
use std::io;

const FACTOR: u32 = 2;

#[retry(backoff = exp(100ms, FACTOR, 1s))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
