use retry_runtime::retry;
use std::io;

#[retry]
async fn get(ref name: String) -> io::Result<usize> {
    Ok(name.len())
}

fn main() {}
