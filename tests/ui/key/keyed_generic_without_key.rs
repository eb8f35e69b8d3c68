use retry_runtime::{IdempotentByKey, Operation, retry};
use std::io;

#[retry]
pub async fn place<O: Operation + IdempotentByKey>(order: &O) -> io::Result<()> {
    let _ = order;
    Ok(())
}

fn main() {}
