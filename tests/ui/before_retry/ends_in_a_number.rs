use retry_runtime::retry;
use std::io;

#[retry(before_retry = |retry| retry.number())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
