use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(_cents: u32) -> io::Result<u32> {
    Ok(1)
}

#[retry]
async fn get() -> io::Result<u32> {
    tokio::select! {
        () = async {}, if charge(1).await.is_ok() => Ok(1),
        else => Ok(2),
    }
}

fn main() {}
