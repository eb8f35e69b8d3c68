use retry_runtime::retry;
use std::io;

#[retry(backoff = std::time::Duration::from_millis(100))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
