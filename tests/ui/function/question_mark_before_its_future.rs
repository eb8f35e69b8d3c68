use retry_runtime::retry;
use std::io;

#[retry]
fn get(text: &str) -> std::pin::Pin<Box<dyn Future<Output = io::Result<u32>>>> {
    let number: Option<u32> = text.parse().ok();
    if number.is_none() {
        return Box::pin(async { Ok(0) });
    }
    Box::pin(async move { Ok(number.unwrap_or(0)) })
}

fn main() {}
