use retry_runtime::retry;
use std::io;

async fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn get(name: String, other: String) -> io::Result<u32> {
    Ok(send(name).await? + send(other).await?)
}

fn main() {}
