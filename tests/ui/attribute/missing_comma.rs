use retry_runtime::retry;
use std::io;

#[retry(max = 3 jitter = none)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
