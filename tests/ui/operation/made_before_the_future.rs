use retry_runtime::{Operation, retry};
use std::future::Future;
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge {
    cents: u64,
}

async fn send<O>(_: &O) -> io::Result<u64> {
    Ok(1)
}

#[retry]
fn buy() -> impl Future<Output = io::Result<u64>> {
    let charge = Charge { cents: 100 };
    async move { send(&charge).await }
}

fn main() {}
