use retry_runtime::retry;
use std::io;

#[retry(attempt = id)]
async fn get(r#id: u32) -> io::Result<u32> {
    Ok(id)
}

fn main() {}
