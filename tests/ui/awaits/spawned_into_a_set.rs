use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(charge(100));
    tasks.join_all().await.into_iter().sum()
}

fn main() {}
