use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[retry]
pub async fn pay(bank: &str, charge: &Charge) -> io::Result<()> {
    let _ = (bank, charge);
    Ok(())
}

fn main() {}
