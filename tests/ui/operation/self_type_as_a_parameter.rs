use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(non_idempotent)]
pub struct Charge;

impl Charge {
    #[retry]
    pub async fn after(other: &Self) -> io::Result<()> {
        let _ = other;
        Ok(())
    }
}

fn main() {}
