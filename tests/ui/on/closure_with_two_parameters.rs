use retry_runtime::retry;
use std::io;

#[retry(on = |error, attempt| attempt.number())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
