use retry_runtime::retry;
use std::io;

#[retry]
async fn take(numbers: impl Iterator<Item = u32>) -> io::Result<Option<u32>> {
    Ok(numbers.next())
}

fn main() {}
