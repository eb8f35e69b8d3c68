use retry_runtime::retry;
use std::io;

#[retry]
async fn get<T: Iterator<Item = u32>>(mut numbers: T) -> io::Result<u32> {
    Ok(numbers.next().unwrap_or(0))
}

fn main() {}
