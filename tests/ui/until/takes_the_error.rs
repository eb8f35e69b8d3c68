use retry_runtime::retry;
use std::io;

fn is_late(_: &io::Error) -> bool {
    true
}

#[retry(until = is_late, max = 3)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
