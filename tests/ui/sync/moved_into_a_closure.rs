use retry_runtime::retry;
use std::io;

#[retry]
fn get(name: String) -> io::Result<usize> {
    let count = move || name.len();
    Ok(count())
}

fn main() {}
