use retry_runtime::retry;
use std::io;

#[retry(strict)]
async fn count() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
