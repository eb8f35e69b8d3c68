use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

#[retry(key = key)]
pub async fn place(order: &PlaceOrder, key: &str) -> io::Result<()> {
    let _ = (order, key);
    Ok(())
}

fn main() {}
