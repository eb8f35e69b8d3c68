use retry_runtime::{Operation, idempotent};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

pub struct Shop;

impl Shop {
    #[idempotent]
    pub async fn place(&self, order: PlaceOrder) -> io::Result<()> {
        let _ = order;
        Ok(())
    }
}

fn main() {}
