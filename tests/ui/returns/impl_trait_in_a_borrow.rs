use retry_runtime::retry;
use std::io;

#[retry]
async fn get(cache: &mut Vec<u32>) -> io::Result<impl Iterator<Item = &u32>> {
    Ok(cache.iter())
}

fn main() {}
