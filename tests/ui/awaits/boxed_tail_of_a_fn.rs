use futures::FutureExt as _;
use futures::future::BoxFuture;
use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(_cents: u32) -> io::Result<u32> {
    Ok(1)
}

#[retry]
fn get() -> BoxFuture<'static, io::Result<u32>> {
    charge(1).boxed()
}

fn main() {}
