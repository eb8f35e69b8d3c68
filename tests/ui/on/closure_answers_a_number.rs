use retry_runtime::retry;
use std::io;

#[retry(on = |error| error.raw_os_error())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
