use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

#[non_idempotent]
#[retry_unsent(hedge = 50ms)]
async fn charge() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
