use retry_runtime::retry;
use std::io;

#[retry(sleep = std::thread::sleep)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
