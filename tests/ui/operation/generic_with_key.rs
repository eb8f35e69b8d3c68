use retry_runtime::{Operation, retry};
use std::io;

#[retry(key = key)]
pub async fn pay<O: Operation>(charge: &O) -> io::Result<()> {
    let _ = (&charge, key);
    Ok(())
}

fn main() {}
