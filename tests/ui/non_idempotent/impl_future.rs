use retry_runtime::{non_idempotent, retry};
use std::io;

#[retry]
#[non_idempotent]
fn charge(cents: u64) -> impl Future<Output = io::Result<u64>> {
    async move { Ok(cents) }
}

fn main() {}
