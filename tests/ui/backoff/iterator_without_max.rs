use retry_runtime::{Backoff, retry};
use std::io;
use std::time::Duration;

#[retry(backoff = [1, 2, 4, 8, 16].map(Duration::from_secs))]
async fn listed() -> io::Result<u32> {
    Ok(1)
}

#[retry(backoff = waits(), deadline = 60s)]
async fn endless() -> io::Result<u32> {
    Ok(1)
}

#[retry(backoff = Backoff::none())]
async fn of_ours() -> io::Result<u32> {
    Ok(1)
}

#[retry(max = 9, backoff = waits())]
async fn counted() -> io::Result<u32> {
    Ok(1)
}

#[retry(retry_for = 1m, budget = none, backoff = waits())]
async fn timed() -> io::Result<u32> {
    Ok(1)
}

fn waits() -> impl Iterator<Item = Duration> {
    std::iter::repeat(Duration::from_secs(1))
}

fn main() {}
