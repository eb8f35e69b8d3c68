use retry_runtime::retry;
use std::io;

#[retry(timeout = 1s + 500ms, max = 2)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
