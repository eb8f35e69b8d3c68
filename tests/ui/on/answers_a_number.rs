use retry_runtime::retry;
use std::io;

fn count(_: &io::Error) -> i32 {
    1
}

#[retry(on = count)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
