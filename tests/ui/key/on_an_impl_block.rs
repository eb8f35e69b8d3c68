use retry_runtime::{Operation, idempotent, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

pub struct Shop;

#[retry(key = key)]
impl Shop {
    #[idempotent]
    pub async fn place(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = (order, key);
        Ok(())
    }
}

fn main() {}
