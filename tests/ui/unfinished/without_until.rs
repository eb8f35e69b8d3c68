use retry_runtime::retry;
use std::io;

#[retry(unfinished = |_| io::Error::other("not yet"))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
