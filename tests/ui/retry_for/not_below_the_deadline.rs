use retry_runtime::retry;
use std::io;

#[retry(retry_for = 10s, deadline = 10s, budget = none)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
