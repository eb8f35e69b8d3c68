use retry_runtime::{non_idempotent, retry};
use std::io;
use tracing::Instrument as _;

#[non_idempotent]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

#[retry]
async fn buy() -> io::Result<u64> {
    charge(100).instrument(tracing::info_span!("charge")).await
}

fn main() {}
