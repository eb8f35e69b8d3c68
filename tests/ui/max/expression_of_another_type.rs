use retry_runtime::retry;
use std::io;

#[retry(max = "abc".chars().count() as i64)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
