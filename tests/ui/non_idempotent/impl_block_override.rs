use retry_runtime::{non_idempotent, retry};
use std::io;

pub struct Bank;

#[retry]
impl Bank {
    #[retry(max = 1)]
    #[non_idempotent]
    pub async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
