use retry_runtime::{IdempotencyKey, retry};
use std::io;

async fn place(_: IdempotencyKey) -> io::Result<u64> {
    Ok(1)
}

#[retry(before_retry = |_| drop(place(IdempotencyKey::new()).await))]
async fn buy() -> io::Result<u64> {
    Ok(1)
}

fn main() {}
