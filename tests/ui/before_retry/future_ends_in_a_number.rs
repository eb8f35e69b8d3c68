use retry_runtime::retry;
use std::io;

async fn reconnect() -> u32 {
    1
}

#[retry(before_retry = |_| reconnect())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
