use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[retry_unsent(on = always)]
#[non_idempotent]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
