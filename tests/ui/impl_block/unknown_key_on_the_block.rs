use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(nonsense = 1)]
impl Client {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn list(&self) -> io::Result<u32> {
        self.get().await
    }

    async fn undeclared(&self) -> io::Result<u32> {
        self.list().await
    }
}

fn main() {}
