use retry_runtime::retry;
use std::io;

#[retry(strict = true)]
async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

fn main() {}
