use retry_runtime::{Ended, retry};
use std::io;

fn cached(error: io::Error, _: Ended) -> io::Result<u32> {
    Err(error)
}

#[retry(fallback = cached)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
