use retry_runtime::{Operation, retry};
use std::io;

#[retry]
pub async fn pay(charge: &impl Operation) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
