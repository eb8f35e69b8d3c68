use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(hedge = 50ms)]
impl Client {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn read(&mut self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
