use retry_runtime::{Operation, retry};
use std::io;

#[retry]
pub async fn pay<O: Operation>(charge: Vec<O>) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
