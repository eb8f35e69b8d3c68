use retry_runtime::retry;
use std::future::Future;
use std::io;

#[retry]
fn take(mut queue: Vec<u32>) -> impl Future<Output = io::Result<Option<u32>>> {
    queue.sort();
    async move { Ok(queue.pop()) }
}

fn main() {}
