#![deny(unused_must_use)]

use retry_runtime::retry;
use std::io;

async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

#[retry]
async fn buy() -> io::Result<u32> {
    get(1).await;
    Ok(1)
}

fn main() {}
