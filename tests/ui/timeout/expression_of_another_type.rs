use retry_runtime::retry;
use std::io;

const SECONDS: u64 = 5;

#[retry(timeout = SECONDS)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
