use retry_runtime::retry;
use std::io;

async fn get() -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn get_again() -> io::Result<u32> {
    get().await?;
}

fn main() {}
