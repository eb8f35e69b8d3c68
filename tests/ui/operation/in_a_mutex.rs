use std::sync::Mutex;
use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge;

#[retry]
async fn buy(charge: &Mutex<Charge>) -> io::Result<u64> {
    let _ = charge;
    Ok(1)
}

fn main() {}
