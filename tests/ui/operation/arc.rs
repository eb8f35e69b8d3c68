use retry_runtime::{Operation, retry};
use std::io;
use std::sync::Arc;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[retry]
pub async fn pay(charge: Arc<Charge>) -> io::Result<()> {
    let _ = &charge;
    Ok(())
}

fn main() {}
