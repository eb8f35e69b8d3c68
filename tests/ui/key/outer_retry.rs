use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

#[retry(key = key)]
async fn place(order: &PlaceOrder) -> io::Result<()> {
    let _ = (order, key);
    Ok(())
}

#[retry]
pub async fn buy() -> io::Result<()> {
    place(&PlaceOrder).await
}

fn main() {}
