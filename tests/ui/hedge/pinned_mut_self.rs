use retry_runtime::retry;
use std::io;

struct Client;

impl Client {
    #[retry(hedge = 50ms)]
    async fn get(self: std::pin::Pin<&mut Self>) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
