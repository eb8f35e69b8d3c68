use retry_runtime::{non_idempotent as once, retry};
use tracing::instrument;
use std::io;

#[retry]
#[instrument(err)]
#[once]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
