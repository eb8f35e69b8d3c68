use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
struct Charge(u64);

fn send<O>(_: O) -> io::Result<u64> {
    Ok(1)
}

#[retry]
fn buy() -> io::Result<u64> {
    send(Charge(100))
}

fn main() {}
