use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[retry]
pub async fn pay(charge: [Charge; 2]) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
