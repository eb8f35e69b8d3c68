use retry_runtime::retry;
use std::io;

#[retry(backoff = fixed(MISSING))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
