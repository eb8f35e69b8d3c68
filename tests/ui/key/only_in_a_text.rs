use retry_runtime::retry;
use std::io;

#[retry(key = key)]
async fn place() -> io::Result<u64> {
    let url = "/orders/{key}";
    Ok(url.len() as u64)
}

fn main() {}
