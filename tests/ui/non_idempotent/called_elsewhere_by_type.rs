use retry_runtime::{NonIdempotent, non_idempotent as once, retry};
use std::io;

#[retry]
#[once]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

pub fn buy() -> NonIdempotent<impl Future<Output = io::Result<u64>>> {
    charge(100)
}

fn main() {}
