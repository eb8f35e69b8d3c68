use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
#[retry]
async fn charge() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
