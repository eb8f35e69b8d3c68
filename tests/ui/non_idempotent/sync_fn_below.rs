use retry_runtime::{non_idempotent as once, retry};
use std::io;

#[retry]
#[once]
fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
