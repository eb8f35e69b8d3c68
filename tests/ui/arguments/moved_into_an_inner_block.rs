use retry_runtime::retry;
use std::io;

#[retry]
async fn get(name: String) -> io::Result<usize> {
    let task = tokio::spawn(async move { name.len() });
    Ok(task.await?)
}

fn main() {}
