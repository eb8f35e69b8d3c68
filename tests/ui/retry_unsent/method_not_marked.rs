use retry_runtime::retry_unsent;
use std::io;

pub struct Bank;

impl Bank {
    #[retry_unsent]
    pub async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
