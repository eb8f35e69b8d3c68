use async_trait::async_trait;
use retry_runtime::retry;
use std::io;

#[async_trait]
trait Service {
    async fn take(&self, queue: Vec<u32>) -> io::Result<Option<u32>>;
}

struct Client;

#[async_trait]
impl Service for Client {
    #[retry]
    async fn take(&self, queue: Vec<u32>) -> io::Result<Option<u32>> {
        Ok(queue.pop())
    }
}

fn main() {}
