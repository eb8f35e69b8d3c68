use std::io;

#[::retry_runtime::retry]
#[::retry_runtime::non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
