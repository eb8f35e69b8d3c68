use retry_runtime::retry;
use std::io;

mod my_lib {}

#[retry(crate = crate::my_lib)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
