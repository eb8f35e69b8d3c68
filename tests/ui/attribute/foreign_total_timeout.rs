use retry_runtime::retry;
use std::io;

#[retry(total_timeout = 10s)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
