use retry_runtime::retry;
use std::io;

fn send(_: String) -> io::Result<u32> {
    Ok(1)
}

#[retry]
fn get(name: String) -> io::Result<u32> {
    send(name)
}

fn main() {}
