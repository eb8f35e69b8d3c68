use retry_runtime::retry;
use std::io;

#[retry]
async fn get() -> (io::Result<u32>, u32) {
    (Ok(1), 2)
}

fn main() {}
