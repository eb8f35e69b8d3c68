use retry_runtime::retry;
use std::io;

#[retry(strict)]
pub async fn get<T>(get: T) -> io::Result<()> {
    let _ = &get;
    Ok(())
}

fn main() {}
