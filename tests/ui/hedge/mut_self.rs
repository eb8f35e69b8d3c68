use retry_runtime::retry;
use std::io;

struct Client;

impl Client {
    #[retry(hedge = 50ms)]
    async fn get(&mut self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
