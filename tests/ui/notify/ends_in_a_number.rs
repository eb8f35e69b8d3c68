use retry_runtime::retry;
use std::io;

#[retry(notify = |failure| failure.attempt())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
