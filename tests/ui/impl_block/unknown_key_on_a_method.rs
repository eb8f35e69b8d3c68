use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(max = 5)]
impl Client {
    #[retry(nonsense = 1)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn list(&self) -> io::Result<u32> {
        self.get().await
    }
}

fn main() {}
