use retry_runtime::retry;
use std::future::Future;
use std::io;

async fn send(job: Option<u32>) -> io::Result<Option<u32>> {
    Ok(job)
}

#[retry]
fn take(queue: Vec<u32>) -> impl Future<Output = io::Result<Option<u32>>> {
    send(queue.pop())
}

fn main() {}
