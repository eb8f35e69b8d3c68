use retry_runtime::retry;
use std::io;

#[retry]
fn get(text: &str) -> io::Result<u32> {
    let number: u32 = text.parse()?;
    Ok(number)
}

fn main() {}
