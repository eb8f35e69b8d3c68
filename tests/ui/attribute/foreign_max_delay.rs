use retry_runtime::retry;
use std::io;

#[retry(max_delay = 1s)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
