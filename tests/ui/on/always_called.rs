use retry_runtime::retry;
use std::io;

#[retry(on = always(3))]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
