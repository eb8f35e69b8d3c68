use retry_runtime::retry;
use std::future::Future;
use std::io;

#[retry]
fn take(jobs: &[u32]) -> impl Future<Output = io::Result<Option<u32>>> {
    let queue = jobs.to_vec();
    async move { Ok(queue.pop()) }
}

fn main() {}
