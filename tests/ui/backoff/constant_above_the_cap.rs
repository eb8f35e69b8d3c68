use retry_runtime::retry;
use std::io;
use std::time::Duration;

const FIRST: Duration = Duration::from_secs(5);

#[retry(backoff = exp(FIRST, 2, 1s))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
