use retry_runtime::retry;
use std::io;

struct Request;

impl Request {
    async fn write(self) -> io::Result<u32> {
        Ok(1)
    }

    #[retry]
    async fn send(self) -> io::Result<u32> {
        self.write().await
    }
}

fn main() {}
