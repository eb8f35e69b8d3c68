use retry_runtime::retry;
use std::io;
use std::pin::Pin;

struct Client;

#[retry]
impl Client {
    fn get(&self) -> Pin<Box<dyn Future<Output = io::Result<u32>> + Send + '_>> {
        Box::pin(async { Ok(1) })
    }
}

fn main() {}
