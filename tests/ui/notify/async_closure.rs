use retry_runtime::retry;
use std::io;

#[retry(notify = async |_| ())]
async fn get() -> io::Result<u32> {
    Ok(1)
}

fn main() {}
