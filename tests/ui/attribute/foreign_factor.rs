use retry_runtime::retry;
use std::io;

#[retry(factor = 2)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
