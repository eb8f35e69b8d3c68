use retry_runtime::{Ended, retry};
use std::io;

#[retry(fallback = |error, end| match end {
    Ended::Permanent => Err(error),
    _ => Ok(2),
})]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
