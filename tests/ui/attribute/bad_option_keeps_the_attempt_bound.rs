use retry_runtime::retry;
use std::io;

#[retry(max = 0, attempt = at)]
async fn get() -> io::Result<u32> {
    Ok(at.number())
}

fn main() {}
