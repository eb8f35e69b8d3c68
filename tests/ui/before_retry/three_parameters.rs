use retry_runtime::retry;
use std::io;

#[retry(before_retry = |retry, error, _| ())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
