use retry_runtime as rt;
use std::io;

#[rt::retry]
#[rt::non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
