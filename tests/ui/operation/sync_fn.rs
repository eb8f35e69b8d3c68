use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[retry]
pub fn pay(charge: &Charge) -> io::Result<()> {
    let _ = charge;
    Ok(())
}

fn main() {}
