use retry_runtime::retry as again;
use retry_runtime::{idempotent, retry};
use std::io;

struct Client;

#[retry(max = 2)]
impl Client {
    #[idempotent]
    #[cfg_attr(all(), retry(max = 5))]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[again(max = 5)]
    async fn list(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
