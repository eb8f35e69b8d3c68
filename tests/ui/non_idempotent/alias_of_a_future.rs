use retry_runtime::non_idempotent;
use std::future::{Future, ready};
use std::io;
use std::pin::Pin;

type Reply = Pin<Box<dyn Future<Output = io::Result<u64>>>>;

#[non_idempotent]
fn charge() -> Reply {
    Box::pin(ready(Ok(100)))
}

fn main() {}
