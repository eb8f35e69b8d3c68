use retry_runtime::{non_idempotent, retry};
use std::io;

#[non_idempotent]
async fn charge(_cents: u32) -> io::Result<u32> {
    Ok(1)
}

macro_rules! get {
    ($call:expr) => {
        #[retry]
        async fn get() -> io::Result<u32> {
            tokio::spawn($call).await?
        }
    };
}

get!(charge(1));

fn main() {}
