use retry_runtime::retry;
use std::io;

#[retry(spans = true)]
async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

fn main() {}
