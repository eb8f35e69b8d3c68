use retry_runtime::retry;
use std::io;

async fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry]
fn get(name: String) -> impl Future<Output = io::Result<u32>> {
    async move { send(name).await }
}

fn main() {}
