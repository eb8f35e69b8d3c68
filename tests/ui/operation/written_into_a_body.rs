use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge {
    cents: u64,
}

impl Charge {
    fn new(cents: u64) -> Self {
        Self { cents }
    }
}

fn to_vec<O>(_: &O) -> io::Result<Vec<u8>> {
    Ok(Vec::new())
}

async fn post(_: Vec<u8>) -> io::Result<u64> {
    Ok(1)
}

#[retry]
async fn buy() -> io::Result<u64> {
    let charge = Charge::new(100);
    let body = to_vec(&charge)?;
    post(body).await
}

fn main() {}
