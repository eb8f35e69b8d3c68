use retry_runtime::{Operation, retry};
use std::io;

#[derive(Operation)]
#[operation(keyed)]
struct Place;

#[retry(key = key, attempt = key)]
async fn place(_order: &Place) -> io::Result<String> {
    Ok(format!("Idempotency-Key: {key:?}"))
}

fn main() {}
