use retry_runtime::retry;
use std::io;

const FIRST: std::time::Duration = std::time::Duration::from_millis(100);

#[retry(backoff = exp(FIRST, 1.5, 1s))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
