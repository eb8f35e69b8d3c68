use retry_runtime::retry;
use std::io;

#[retry(backoff = exp(100ms 1.5 1s), max = 2)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
