use retry_runtime::retry;
use std::io;

#[retry(hedge = after)]
async fn get(after: u64) -> io::Result<u32> {
    Ok(1)
}

fn main() {}
