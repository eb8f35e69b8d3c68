use retry_runtime::{IdempotencyKey, Operation, idempotent};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[idempotent]
pub async fn pay((charge, key): (&Charge, IdempotencyKey), cents: u64) -> io::Result<()> {
    let _ = (charge, key, cents);
    Ok(())
}

impl Charge {
    #[idempotent]
    pub async fn send(&self, cents: u64) -> io::Result<()> {
        let _ = cents;
        Ok(())
    }
}

fn main() {}
