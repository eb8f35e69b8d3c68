use retry_runtime::{non_idempotent, retry};
use std::io;
use tokio::task::coop::cooperative;

#[non_idempotent]
async fn charge() -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn pay() -> io::Result<u32> {
    cooperative(charge()).await
}

fn main() {}
