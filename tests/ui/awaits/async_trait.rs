use async_trait::async_trait;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[async_trait]
pub trait Shop {
    async fn buy(&self) -> io::Result<u64>;
}

pub struct Bakery;

#[async_trait]
impl Shop for Bakery {
    #[retry]
    async fn buy(&self) -> io::Result<u64> {
        charge(100).await
    }
}

fn main() {}
