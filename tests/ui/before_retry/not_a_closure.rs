use retry_runtime::retry;
use std::io;

async fn reconnect() {}

#[retry(before_retry = reconnect)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
