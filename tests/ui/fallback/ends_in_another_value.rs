use retry_runtime::retry;
use std::io;

fn cached() -> io::Result<&'static str> {
    Ok("seven")
}

#[retry(fallback = |_| cached())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
