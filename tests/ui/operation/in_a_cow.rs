use std::borrow::Cow;
use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation, Clone)]
#[operation(non_idempotent)]
struct Charge;

#[retry]
async fn buy(charge: Cow<'_, Charge>) -> io::Result<u64> {
    let _ = charge;
    Ok(1)
}

fn main() {}
