use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge {
    cents: u64,
}

impl Charge {
    fn new(cents: u64) -> Self {
        Self { cents }
    }

    async fn send(&self) -> io::Result<u64> {
        Ok(self.cents)
    }
}

#[retry]
async fn buy() -> io::Result<u64> {
    Charge::new(100).send().await
}

#[retry]
async fn buy_two() -> io::Result<u64> {
    Charge { cents: 200 }.send().await
}

fn main() {}
