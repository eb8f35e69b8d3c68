use retry_runtime::retry;
use std::io;

#[retry]
async fn take([first, _]: [Vec<u32>; 2]) -> io::Result<Option<u32>> {
    Ok(first.pop())
}

fn main() {}
