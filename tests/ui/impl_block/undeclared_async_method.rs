use retry_runtime::retry;
use std::io;

struct Client;

#[retry]
impl Client {
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    fn url(&self) -> &str {
        ""
    }
}

fn main() {}
