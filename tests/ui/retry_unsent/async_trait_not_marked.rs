use async_trait::async_trait;
use retry_runtime::retry_unsent;
use std::io;

#[async_trait]
pub trait Bank {
    #[retry_unsent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
