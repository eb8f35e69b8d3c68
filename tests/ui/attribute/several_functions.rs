use retry_runtime::retry;
use std::io;

#[retry(max = 0)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

#[retry(jitter = 2)]
async fn list() -> io::Result<u32> {
    get().await
}

fn main() {}
