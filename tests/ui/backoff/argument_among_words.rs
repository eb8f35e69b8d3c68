use retry_runtime::retry;
use std::io;
use std::time::Duration;

#[retry(backoff = exp(first, 2, 1s))]
async fn get(first: Duration) -> io::Result<u32> {
    Ok(first.subsec_millis())
}

fn main() {}
