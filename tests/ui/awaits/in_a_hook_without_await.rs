use retry_runtime::{non_idempotent, retry};
use std::io;

struct Client;

impl Client {
    #[non_idempotent]
    async fn charge(&self) -> io::Result<()> {
        Ok(())
    }

    #[retry(before_retry = |_| self.charge())]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
