use retry_runtime::retry;
use std::io;

async fn get(id: u32) -> io::Result<u32> {
    Ok(id)
}

#[retry]
async fn buy() -> io::Result<u32> {
    let text: String = get(1).await?;
    Ok(text.len() as u32)
}

fn main() {}
