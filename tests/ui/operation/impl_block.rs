use retry_runtime::{Operation, idempotent, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

pub struct Bank;

#[retry]
impl Bank {
    #[idempotent]
    pub async fn pay(&self, charge: &Charge) -> io::Result<()> {
        let _ = charge;
        Ok(())
    }
}

fn main() {}
