use retry_runtime::retry;
use std::io;

async fn later() {}

#[retry(fallback = |_| { later().await; Ok(7) })]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
