use retry_runtime::retry;
use std::io;

async fn send(_job: u32) -> io::Result<()> {
    Ok(())
}

#[retry]
async fn send_all(queue: Vec<u32>) -> io::Result<()> {
    while let Some(job) = queue.pop() {
        send(job).await?;
    }
    Ok(())
}

fn main() {}
