use retry_runtime::retry;
use std::io;

fn refused() -> Result<u32, u16> {
    Err(503)
}

#[retry(fallback = |_| refused())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
