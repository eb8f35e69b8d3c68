use retry_runtime::retry;
use std::io;

#[retry(timeout = 1s, hedge = 50ms, elapsed = |_, last| last.unwrap(), before_retry = |_, error| drop(error))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
