use retry_runtime::retry;
use std::io::{self, Write};

fn fill<W: Write>(mut writer: W) -> io::Result<usize> {
    writer.write(b"hello")
}

#[retry]
async fn get(buffer: &mut Vec<u8>) -> io::Result<usize> {
    fill(buffer)
}

fn main() {}
