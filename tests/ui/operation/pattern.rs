use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge(u64);

#[retry]
pub async fn pay(Charge(cents): Charge) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
