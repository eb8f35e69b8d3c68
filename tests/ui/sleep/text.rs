use retry_runtime::retry;
use std::io;

#[retry(sleep = "my_timer::sleep")]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
