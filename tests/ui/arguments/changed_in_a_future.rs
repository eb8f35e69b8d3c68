use retry_runtime::retry;
use std::future::Future;
use std::io;

#[retry]
fn count(number: u32) -> impl Future<Output = io::Result<u32>> {
    async move {
        number += 1;
        Ok(number)
    }
}

fn main() {}
