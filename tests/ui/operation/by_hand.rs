use retry_runtime::{Operation, class, retry};
use std::io;

pub struct Charge;

impl Operation for Charge {
    type Class = class::NonIdempotent;
}

#[retry]
pub async fn pay(charge: &Charge) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
