use std::io;

#[::retry_runtime::non_idempotent]
#[::retry_runtime::retry]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
