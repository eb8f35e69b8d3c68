use retry_runtime::retry;
use std::io;

#[retry(max = 0, jitter = 1.5)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
