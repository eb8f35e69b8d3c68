use retry_runtime::retry;
use std::future::Future;
use std::io;

#[retry]
async fn with_retry<F, Fut, T>(mut f: F) -> io::Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = io::Result<T>>,
{
    f().await
}

#[retry]
async fn with_lending<T, F: AsyncFnMut() -> io::Result<T> + Send>(mut call: F) -> io::Result<T> {
    call().await
}

#[retry]
fn blocking(mut call: impl FnMut() -> io::Result<u32>) -> io::Result<u32> {
    call()
}

#[retry]
async fn copied<F: FnMut() -> io::Result<u32> + Copy>(mut call: F) -> io::Result<u32> {
    call()
}

#[retry]
async fn lent<F: FnMut() -> io::Result<u32>>(call: &mut F) -> io::Result<u32> {
    call()
}

fn main() {}
