use retry_runtime::retry;
use std::io;

async fn count(id: u32) -> u32 {
    id
}

struct Client;

impl Client {
    async fn count(&self, id: u32) -> u32 {
        id
    }

    #[retry]
    async fn by_call(&self) -> io::Result<usize> {
        let text: String = count(1).await;
        Ok(text.len())
    }

    #[retry]
    async fn by_method(&self) -> io::Result<usize> {
        let text: String = self.count(1).await;
        Ok(text.len())
    }

    #[retry]
    async fn by_tail(&self) -> io::Result<u32> {
        Box::pin(count(1)).await
    }
}

fn main() {}
