use retry_runtime::retry;
use std::io;

async fn reconnect() {}

#[retry(before_retry = |_| reconnect())]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
