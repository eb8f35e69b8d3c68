use retry_runtime::retry;
use std::io;

#[retry(deadline = 99999999999999999h)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
