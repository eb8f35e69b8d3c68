use retry_runtime::retry;
use std::io;

async fn answer() -> u32 {
    1
}

#[retry]
fn get() -> io::Result<u32> {
    Ok(answer().await)
}

fn main() {}
