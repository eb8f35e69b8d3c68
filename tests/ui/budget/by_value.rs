use retry_runtime::{Budget, retry};
use std::io;

struct Client {
    budget: Budget,
}

impl Client {
    #[retry(budget = self.budget)]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
