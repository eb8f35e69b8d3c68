use retry_runtime::retry;
use std::io;

#[retry(max = 5_000_000_000)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
