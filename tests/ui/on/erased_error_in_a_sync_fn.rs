use retry_runtime::retry;
use std::error::Error;

#[retry(max = 2)]
fn get() -> Result<u32, Box<dyn Error>> {
    Ok(1)
}

fn main() {}
