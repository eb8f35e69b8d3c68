use retry_runtime::{IdempotencyKey, idempotent};
use std::io;

async fn place(_: IdempotencyKey) -> io::Result<u64> {
    Ok(1)
}

#[idempotent]
async fn buy() -> io::Result<u64> {
    place(IdempotencyKey::new()).await
}

fn main() {}
