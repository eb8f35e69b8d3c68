use retry_runtime::retry;
use std::io;

#[retry]
async fn take((ref mut queue, _): (Vec<u32>, u32)) -> io::Result<Option<u32>> {
    Ok(queue.pop())
}

fn main() {}
