use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

pub struct Bank;

impl Bank {
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        charge(cents).await
    }
}

#[retry]
pub async fn buy(bank: &Bank) -> io::Result<u64> {
    bank.charge(100).await
}

fn main() {}
