use retry_runtime::{non_idempotent as once, retry};
use std::io;

pub struct Bank;

#[retry]
impl Bank {
    #[retry(max = 1)]
    #[once]
    pub async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
