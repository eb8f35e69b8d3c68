use futures::future::join_all;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let mut calls = Vec::new();
    for cents in [100, 200] {
        calls.push(Box::pin(charge(cents)));
    }
    join_all(calls).await.into_iter().sum()
}

fn main() {}
