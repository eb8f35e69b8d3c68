use retry_runtime::retry;
use std::io;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);

#[retry(backoff = exp(FIRST, 0.5, 1s))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
