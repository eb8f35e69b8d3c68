use async_trait::async_trait;
use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

#[async_trait]
pub trait Bank {
    #[retry]
    async fn pay(&self, charge: Charge) -> io::Result<()> {
        let _ = &charge;
        Ok(())
    }
}

fn main() {}
