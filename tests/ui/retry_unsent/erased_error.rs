use retry_runtime::{non_idempotent, retry_unsent};
use std::error::Error;

#[retry_unsent]
#[non_idempotent]
async fn get() -> Result<u32, Box<dyn Error + Send + Sync>> {
    Ok(1)
}

fn main() {}
