use retry_runtime::non_idempotent;
use std::io;

async fn send(_amount: u32) -> io::Result<u32> {
    Ok(1)
}

#[non_idempotent]
async fn charge(amount: u32) -> io::Result<u32> {
    send(amount).await?;
}

fn main() {}
