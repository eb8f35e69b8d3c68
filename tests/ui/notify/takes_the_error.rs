use retry_runtime::retry;
use std::io;

fn tell(_: &io::Error) {}

#[retry(notify = tell)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
