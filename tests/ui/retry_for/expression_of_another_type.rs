use retry_runtime::retry;
use std::io;

#[retry(retry_for = 5 + 5, budget = none)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
