use retry_runtime::retry;
use std::io;
use std::time::Duration;

#[retry(sleep = tokio::time::sleep)]
fn get() -> io::Result<u32> {
    Ok(Duration::from_secs(1).subsec_nanos())
}

fn main() {}
