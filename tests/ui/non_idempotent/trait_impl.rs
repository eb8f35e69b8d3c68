use retry_runtime::{non_idempotent, retry};
use std::io;

pub trait Charge {
    fn charge(&self, cents: u64) -> impl Future<Output = io::Result<u64>>;
}

pub struct Bank;

impl Charge for Bank {
    #[retry]
    #[non_idempotent]
    async fn charge(&self, cents: u64) -> io::Result<u64> {
        Ok(cents)
    }
}

fn main() {}
