use retry_runtime::{non_idempotent, retry};
use std::io;

struct Client;

#[retry]
impl Client {
    #[retry(max = 5)]
    #[non_idempotent]
    async fn charge(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
