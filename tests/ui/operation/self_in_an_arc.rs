use retry_runtime::{Operation, retry};
use std::io;
use std::sync::Arc;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

impl Charge {
    #[retry]
    pub async fn pay(self: Arc<Self>) -> io::Result<()> {
        Ok(())
    }
}

fn main() {}
