use retry_runtime::{non_idempotent, retry};
use std::io;

pub struct Bank;

impl Bank {
    #[non_idempotent]
    #[retry]
    pub async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
