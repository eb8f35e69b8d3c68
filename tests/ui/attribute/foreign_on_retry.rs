use retry_runtime::retry;
use std::io;

#[retry(on_retry = |_| ())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
