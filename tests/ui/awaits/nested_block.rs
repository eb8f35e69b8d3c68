use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    if let Some(cents) = Some(100) {
        for _ in 0..2 {
            charge(cents).await?;
        }
    }
    Ok(1)
}

fn main() {}
