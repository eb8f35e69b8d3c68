use retry_runtime::retry;
use std::io;

fn is_timeout(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::TimedOut
}

#[retry(on_ok = is_timeout)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
