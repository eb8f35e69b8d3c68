use retry_runtime::retry;
use std::io;

async fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn get((name, _id): (String, u32)) -> io::Result<u32> {
    send(name).await
}

fn main() {}
