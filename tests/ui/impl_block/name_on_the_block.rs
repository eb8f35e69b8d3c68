use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(name = "client")]
impl Client {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
