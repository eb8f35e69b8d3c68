use retry_runtime::retry;
use std::io;

struct Client;

impl Client {
    async fn send(&self, _: String) -> io::Result<u32> {
        Ok(1)
    }

    #[retry]
    async fn get(&self, name: String) -> io::Result<u32> {
        self.send(name).await
    }
}

fn main() {}
