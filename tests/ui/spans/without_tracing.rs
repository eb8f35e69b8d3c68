use retry_runtime::retry;
use std::io;

#[retry(max = 5, spans)]
async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

#[retry(spans, backoff = none)]
fn read(id: u32) -> io::Result<u32> {
    Ok(id)
}

fn main() {}
