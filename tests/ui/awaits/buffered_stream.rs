use futures::StreamExt;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let mut calls = futures::stream::iter([100]).map(|cents| charge(cents)).buffered(2);
    calls.next().await.unwrap()
}

fn main() {}
