use retry_runtime::retry;
use std::io;

#[retry]
async fn get<'a>(cache: &'a mut String) -> io::Result<&'a str> {
    Ok(cache)
}

fn main() {}
