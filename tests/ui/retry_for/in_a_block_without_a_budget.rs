use retry_runtime::{idempotent, retry};
use std::io;

struct Users;

#[retry(retry_for = 10s)]
impl Users {
    #[idempotent]
    async fn get(&self) -> io::Result<u32> {
        Ok(1)
    }

    #[idempotent]
    async fn list(&self) -> io::Result<u32> {
        Ok(1)
    }
}

fn main() {}
