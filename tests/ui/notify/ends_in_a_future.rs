use retry_runtime::retry;
use std::io;

async fn tell(_: u32) {}

#[retry(notify = |failure| tell(failure.attempt()))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
