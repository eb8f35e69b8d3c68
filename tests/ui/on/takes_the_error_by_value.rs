use retry_runtime::retry;
use std::io;

fn is_transient(_: io::Error) -> bool {
    true
}

#[retry(on = is_transient)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
