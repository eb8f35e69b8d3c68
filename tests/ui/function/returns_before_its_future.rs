use retry_runtime::retry;
use std::io;

#[retry]
fn get(name: &str) -> impl Future<Output = io::Result<usize>> {
    if name.is_empty() {
        return std::future::ready(Ok(0));
    }
    std::future::ready(Ok(name.len()))
}

fn main() {}
