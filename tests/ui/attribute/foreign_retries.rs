use retry_runtime::retry;
use std::io;

#[retry(retries = 3)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
