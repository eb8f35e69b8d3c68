use std::pin::Pin;
use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge;

#[retry]
async fn buy(charge: Pin<&mut Charge>) -> io::Result<u64> {
    let _ = charge;
    Ok(1)
}

fn main() {}
