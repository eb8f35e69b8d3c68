use retry_runtime::retry;
use std::io;

#[retry(rejected = "closed")]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
