use retry_runtime::{Elapsed, retry};
use std::io;

fn to_text(elapsed: Elapsed) -> String {
    elapsed.to_string()
}

#[retry(timeout = 5s, elapsed = to_text)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
