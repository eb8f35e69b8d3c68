use retry_runtime::retry;
use std::io;

fn cached(_: &io::Error) -> io::Result<u32> {
    Ok(7)
}

#[retry(fallback = cached)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
