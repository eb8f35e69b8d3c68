use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let prices = [100, 200];
    let paid = futures::future::try_join_all(prices.map(|cents| charge(cents))).await?;
    Ok(paid.iter().sum())
}

fn main() {}
