use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

impl PlaceOrder {
    #[retry(key = key)]
    pub async fn place(&self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {}
