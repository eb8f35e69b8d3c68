use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

pub struct Shop;

impl Shop {
    #[retry(key = key)]
    async fn place(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = (order, key);
        Ok(())
    }

    #[retry]
    pub async fn buy(&self) -> io::Result<()> {
        self.place(&PlaceOrder).await
    }
}

fn main() {}
