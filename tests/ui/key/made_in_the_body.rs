use retry_runtime::{IdempotencyKey, retry};
use std::io;

async fn place(_: IdempotencyKey) -> io::Result<u64> {
    Ok(1)
}

#[retry]
async fn buy() -> io::Result<u64> {
    place(IdempotencyKey::new()).await
}

fn main() {}
