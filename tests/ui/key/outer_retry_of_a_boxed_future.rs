use retry_runtime::{Operation, retry};
use std::io;
use std::pin::Pin;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

#[retry(key = key)]
fn place(order: &PlaceOrder) -> Pin<Box<dyn Future<Output = io::Result<()>> + '_>> {
    Box::pin(async move {
        let _ = (order, key);
        Ok(())
    })
}

#[retry]
pub async fn buy() -> io::Result<()> {
    place(&PlaceOrder).await
}

fn main() {}
