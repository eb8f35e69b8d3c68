use retry_runtime::retry;
use std::io;

fn age(response: &u32) -> u32 {
    *response
}

#[retry(on_ok = age)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
