use retry_runtime::{non_idempotent, retry};
use std::future::Future;
use std::io;
use std::pin::Pin;

#[non_idempotent]
async fn charge() -> io::Result<u32> {
    Ok(1)
}

async fn quote() -> io::Result<u32> {
    Ok(1)
}

#[retry]
fn order(is_paid: bool) -> Pin<Box<dyn Future<Output = io::Result<u32>> + Send>> {
    if is_paid {
        Box::pin(charge())
    } else {
        Box::pin(quote())
    }
}

fn main() {}
