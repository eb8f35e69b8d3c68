use retry_runtime::retry;
use std::io;

#[retry(notify = 5)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
