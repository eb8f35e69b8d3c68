use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(deadline = 5s)]
impl Client {
    #[retry(timeout = 10s)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn list(&self) -> io::Result<u32> {
        self.get().await
    }
}

fn main() {}
