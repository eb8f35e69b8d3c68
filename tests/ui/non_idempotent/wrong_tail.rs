use retry_runtime::non_idempotent;
use std::io;

#[non_idempotent]
async fn charge(amount: u32) -> io::Result<u32> {
    let _ = amount;
    "text"
}

fn main() {}
