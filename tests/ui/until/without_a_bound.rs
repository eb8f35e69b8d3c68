use retry_runtime::retry;
use std::io;

#[retry(until = |value| *value > 1)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
