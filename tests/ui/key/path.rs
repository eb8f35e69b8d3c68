use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
pub struct PlaceOrder;

#[retry(key = self.key)]
pub async fn place(order: &PlaceOrder) -> io::Result<()> {
    let _ = order;
    Ok(())
}

fn main() {}
