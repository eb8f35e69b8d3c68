use retry_runtime::retry;
use std::io;

#[retry(sleep = |delay| tokio::time::sleep(delay))]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
