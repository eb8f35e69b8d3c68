use retry_runtime::retry;
use std::io;

#[retry]
async fn get(name: &str) -> io::Result<usize> {
    Ok(name)
}

fn main() {}
