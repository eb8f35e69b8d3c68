use retry_runtime::{non_idempotent, retry_unsent};
use std::io;

pub struct Bank;

#[retry_unsent]
impl Bank {
    #[non_idempotent]
    pub async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
