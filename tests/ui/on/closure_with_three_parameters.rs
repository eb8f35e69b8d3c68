use retry_runtime::retry;
use std::io;

#[retry(on = |error, attempt, more| true)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
