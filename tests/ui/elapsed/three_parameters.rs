use retry_runtime::retry;
use std::io;

#[retry(timeout = 1s, elapsed = |elapsed, last, again| again)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
