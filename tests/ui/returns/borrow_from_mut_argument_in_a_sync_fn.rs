use retry_runtime::retry;
use std::io;

#[retry]
fn get(cache: &mut String) -> io::Result<&str> {
    Ok(cache)
}

fn main() {}
