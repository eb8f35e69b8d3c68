use retry_runtime::retry;
use std::io;

#[retry]
async fn get() -> io::Result<usize> {
    Ok(length)
}

fn main() {}
