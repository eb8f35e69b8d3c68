use retry_runtime::{non_idempotent, retry};
use std::io;
use std::pin::Pin;

#[non_idempotent]
#[retry]
fn charge(cents: u64) -> Pin<Box<dyn Future<Output = io::Result<u64>>>> {
    Box::pin(async move { Ok(cents) })
}

fn main() {}
