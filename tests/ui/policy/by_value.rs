use retry_runtime::{Policy, retry};
use std::io;

#[retry(policy = Policy::DEFAULT)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
