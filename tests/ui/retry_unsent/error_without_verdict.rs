use retry_runtime::{non_idempotent, retry_unsent};

pub struct Declined;

#[non_idempotent]
#[retry_unsent]
pub async fn charge(cents: u64) -> Result<u64, Declined> {
    Ok(cents)
}

fn main() {}
