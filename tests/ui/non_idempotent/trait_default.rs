use retry_runtime::{non_idempotent, retry};
use std::io;

#[allow(async_fn_in_trait)]
pub trait Charge {
    #[retry]
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
