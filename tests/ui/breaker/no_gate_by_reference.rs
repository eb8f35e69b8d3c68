use retry_runtime::retry;
use std::io;

struct Breaker;

struct Client {
    breaker: Breaker,
}

impl Client {
    #[retry(breaker = &self.breaker)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
