use retry_runtime::retry;
use std::io;

struct Client {
    calls: u32,
}

impl Client {
    #[retry(hedge = 50ms)]
    async fn get(&self, id: u32) -> io::Result<u32> {
        self.calls += 1;
        Ok(self.calls + id)
    }
}

fn main() {}
