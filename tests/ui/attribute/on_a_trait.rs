use retry_runtime::retry;
use std::io;

#[retry(max = 3)]
trait Get {
    fn get(&self) -> io::Result<u32>;
}

fn main() {}
