use retry_runtime::retry;
use std::io;

#[retry(on = is_transitent)]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
