use retry_runtime::retry;
use std::io;

#[retry(hedge = 50ms)]
async fn get(buffer: &mut Vec<u8>) -> io::Result<u32> {
    drop(buffer);
    Ok(1)
}

fn main() {}
