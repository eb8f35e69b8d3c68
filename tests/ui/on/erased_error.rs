use retry_runtime::retry;
use std::error::Error;

#[retry]
async fn get() -> Result<u32, Box<dyn Error + Send + Sync>> {
    Ok(1)
}

fn main() {}
