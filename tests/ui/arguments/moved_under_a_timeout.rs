use retry_runtime::retry;
use std::io;

async fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry(timeout = 1s, attempt = at, before_retry = |_| ())]
async fn get(name: String) -> io::Result<u32> {
    let _ = at.number();
    send(name).await
}

fn main() {}
