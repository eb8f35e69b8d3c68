use async_trait::async_trait;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[async_trait]
pub trait Charge {
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64>;
}

pub struct Bank;

#[async_trait]
impl Charge for Bank {
    #[retry]
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
