use retry_runtime::retry;
use std::io;

trait Get {
    #[retry]
    async fn get(&self) -> io::Result<u32>;
}

fn main() {}
