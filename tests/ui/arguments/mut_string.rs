use retry_runtime::retry;
use std::io;

#[retry]
async fn get(mut name: String) -> io::Result<usize> {
    name.push('!');
    Ok(name.len())
}

fn main() {}
