use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;

fn launch<F: Future>(_: F) -> std::future::Ready<()> {
    std::future::ready(())
}

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<()> {
    let task = charge(100);
    let handle = launch(task);
    handle.await;
    Ok(())
}

fn main() {}
