use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;

struct Executor;

impl Executor {
    fn execute<F: Future>(&self, _: F) {}
}

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy(executor: &Executor) -> io::Result<()> {
    executor.execute(charge(100));
    Ok(())
}

fn main() {}
