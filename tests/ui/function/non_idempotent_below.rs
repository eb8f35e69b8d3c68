use retry_runtime::{non_idempotent, retry};
use std::io;

#[retry]
#[non_idempotent]
async fn charge() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
