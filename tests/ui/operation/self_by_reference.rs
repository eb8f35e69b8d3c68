use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

impl Charge {
    #[retry]
    pub async fn pay(&self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {}
