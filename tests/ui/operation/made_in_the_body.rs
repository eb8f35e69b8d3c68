use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge {
    cents: u64,
}

async fn send<O>(_: O) -> io::Result<u64> {
    Ok(1)
}

#[retry]
async fn buy() -> io::Result<u64> {
    send(Charge { cents: 100 }).await
}

fn main() {}
