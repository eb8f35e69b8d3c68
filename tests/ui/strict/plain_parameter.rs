use retry_runtime::retry;
use std::io;

#[retry(max = 5, strict)]
async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

fn main() {}
