use retry_runtime::retry;
use std::io;

async fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry(hedge = 50ms)]
async fn get(name: String) -> io::Result<u32> {
    send(name).await
}

fn main() {}
