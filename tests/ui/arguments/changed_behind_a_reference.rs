use retry_runtime::retry;
use std::io;

struct Client {
    calls: u32,
}

impl Client {
    #[retry]
    async fn get(&self, id: u32) -> io::Result<u32> {
        let _ = &mut self.calls;
        Ok(self.calls + id)
    }
}

fn main() {}
