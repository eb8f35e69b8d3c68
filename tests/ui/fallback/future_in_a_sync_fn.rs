use retry_runtime::retry;
use std::io;

#[retry(fallback = |_| async { Ok(7) })]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
