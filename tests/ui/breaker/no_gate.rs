use retry_runtime::retry;
use std::io;

struct Breaker;

#[retry(breaker = breaker)]
async fn get(breaker: &Breaker) -> io::Result<u32> {
    let _ = breaker;
    Ok(1)
}

fn main() {}
