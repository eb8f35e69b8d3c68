use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(timeout = 10s, deadline = 5s)]
impl Client {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn list(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
