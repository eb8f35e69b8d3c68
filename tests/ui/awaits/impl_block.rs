use retry_runtime::{idempotent, non_idempotent, retry};
use std::io;

pub struct Shop;

#[retry]
impl Shop {
    #[idempotent]
    pub async fn buy(&self) -> io::Result<u64> {
        self.charge(100).await
    }

    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
