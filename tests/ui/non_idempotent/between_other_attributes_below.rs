use retry_runtime::{non_idempotent as once, retry};
use tracing::instrument;
use std::io;

#[once]
#[instrument(err)]
#[retry]
async fn charge(cents: u64) -> io::Result<u64> {
    Ok(cents)
}

fn main() {}
