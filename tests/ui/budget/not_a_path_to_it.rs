use retry_runtime::retry;
use std::io;

struct Client;

impl Client {
    #[retry(budget = &self.budget)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
