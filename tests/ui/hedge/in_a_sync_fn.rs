use retry_runtime::retry;
use std::io;

#[retry(hedge = 50ms)]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
