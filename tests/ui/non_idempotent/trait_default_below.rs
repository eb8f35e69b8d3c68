use retry_runtime::{non_idempotent as once, retry};
use std::io;

#[allow(async_fn_in_trait)]
pub trait Charge {
    #[once]
    #[retry]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
