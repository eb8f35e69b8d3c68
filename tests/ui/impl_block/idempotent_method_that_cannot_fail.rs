use retry_runtime::{idempotent, retry};

struct Client;

#[retry]
impl Client {
    #[idempotent]
    async fn get(&self) -> u32 {
        1
    }
}

fn main() {}
