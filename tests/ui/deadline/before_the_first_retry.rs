use retry_runtime::retry;
use std::io;

#[retry(deadline = 1s, backoff = fixed(2s), jitter = none)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
