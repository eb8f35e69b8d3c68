use retry_runtime::{Operation, idempotent};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[idempotent]
pub async fn pay(charge: &Charge) -> io::Result<()> {
    let _ = charge;
    Ok(())
}

fn main() {}
