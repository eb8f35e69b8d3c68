use retry_runtime::retry;
use std::io;

#[retry(elapsed = |elapsed| elapsed.into())]
fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
