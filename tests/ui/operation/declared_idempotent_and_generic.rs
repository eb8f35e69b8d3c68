use retry_runtime::{Operation, idempotent};
use std::io;

#[idempotent]
pub fn execute<O: Operation>(operation: &O) -> io::Result<()> {
    let _ = operation;
    Ok(())
}

fn main() {}
