use retry_runtime::retry;
use std::io;

const CODES: [u16; 2] = [502, 503];

#[retry(on = CODES)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
