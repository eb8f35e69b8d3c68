use retry_runtime::retry;
use std::io;

async fn reconnect() -> Result<(), std::fmt::Error> {
    Ok(())
}

#[retry(before_retry = |_| reconnect())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
