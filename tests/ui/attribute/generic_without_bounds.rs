//! The bounds that are suggested can be written: `tests/ui-pass/suggested_bounds.rs`.

use retry_runtime::retry;
use std::io;

#[retry(on = |_| true)]
async fn result<R>(get: impl Fn() -> R) -> R {
    get()
}

#[retry(on = |error: &io::Error| is_transient(error))]
async fn predicate<A>(is_transient: impl Fn(&io::Error) -> A) -> io::Result<u32> {
    Ok(1)
}

#[retry(timeout = limit)]
async fn limit<L>(limit: L) -> io::Result<u32> {
    Ok(1)
}

#[retry(hedge = after)]
async fn hedge<A>(after: A) -> io::Result<u32> {
    Ok(1)
}

#[retry(before_retry = |_| reconnect())]
async fn hook<H>(reconnect: impl Fn() -> H) -> io::Result<u32> {
    Ok(1)
}

fn main() {}
