use retry_runtime::retry;
use std::io;

async fn sleep(_seconds: u64) {}

#[retry(sleep = sleep, timeout = 5s)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
