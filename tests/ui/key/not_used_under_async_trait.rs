use async_trait::async_trait;
use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

#[async_trait]
pub trait Shop {
    #[retry(key = key)]
    async fn place(&self, order: &PlaceOrder) -> io::Result<()> {
        let _ = order;
        Ok(())
    }
}

fn main() {}
