use async_trait::async_trait;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[async_trait]
pub trait Charge {
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64>;
}

#[retry]
pub async fn buy(bank: &dyn Charge) -> io::Result<u64> {
    bank.charge(100).await
}

fn main() {}
