use retry_runtime::retry;
use std::io;

#[retry]
async fn get(name: &str) -> io::Result<usize> {
    name.len()
}

fn main() {}
