use retry_runtime::retry;
use std::io;

struct Request {
    sent: u32,
}

impl Request {
    #[retry]
    async fn send(self) -> io::Result<u32> {
        self.sent += 1;
        Ok(self.sent)
    }
}

fn main() {}
