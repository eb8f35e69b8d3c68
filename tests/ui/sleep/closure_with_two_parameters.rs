use retry_runtime::retry;
use std::io;

#[retry(sleep = |delay, attempt| tokio::time::sleep(delay))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
