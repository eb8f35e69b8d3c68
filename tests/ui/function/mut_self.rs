use retry_runtime::retry;
use std::io;

#[derive(Clone)]
struct Request {
    tries: u32,
}

impl Request {
    #[retry]
    async fn send(mut self) -> io::Result<u32> {
        self.tries += 1;
        Ok(self.tries)
    }
}

fn main() {}
