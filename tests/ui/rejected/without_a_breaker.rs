use retry_runtime::retry;
use std::io;

#[retry(rejected = |_| io::Error::other("closed"))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
