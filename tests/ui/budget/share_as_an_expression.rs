use retry_runtime::retry;
use std::io;

#[retry(budget = share)]
async fn get(share: i32) -> io::Result<u32> {
    Ok(1)
}

fn main() {}
