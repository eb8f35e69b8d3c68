use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge {
    cents: u64,
}

async fn send<O>(_: &O) -> io::Result<u64> {
    Ok(1)
}

struct Basket {
    charge: Charge,
}

impl Basket {
    #[retry]
    async fn buy(&self) -> io::Result<u64> {
        send(&self.charge).await
    }
}

fn main() {}
