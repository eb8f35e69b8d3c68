use retry_runtime::retry;
use std::io;

#[retry(budget = 300%)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
