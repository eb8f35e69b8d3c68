use retry_runtime::retry;
use std::io;

#[retry(backoff = "linear(2s, 100ms, 1s)")]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
