use retry_runtime::retry;
use std::io;

#[retry(backoff = fixed(0ms))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
