//! What rustc suggests for `tests/ui/attribute/generic_without_bounds.rs` and
//! `tests/ui/policy/generic_closures_without_bounds.rs`.

use retry_runtime::{Policy, checks, retry};
use std::io;

#[retry(on = |_| true)]
async fn result<R: checks::Outcome>(get: impl Fn() -> R) -> R {
    get()
}

#[retry(on = |error: &io::Error| is_transient(error))]
async fn predicate<A: checks::IntoVerdict>(
    is_transient: impl Fn(&io::Error) -> A,
) -> io::Result<u32> {
    Ok(1)
}

#[retry(timeout = limit)]
async fn limit<L: checks::GivenLimit>(limit: L) -> io::Result<u32> {
    Ok(1)
}

#[retry(hedge = after)]
async fn hedge<A: checks::HedgeAfter>(after: A) -> io::Result<u32> {
    Ok(1)
}

#[retry(before_retry = |_| reconnect())]
async fn hook<H: checks::HookEnd<io::Error>>(reconnect: impl Fn() -> H) -> io::Result<u32> {
    Ok(1)
}

async fn error<E: checks::SelfClassified + checks::FromLimit>(
    get: impl AsyncFn() -> Result<u32, E>,
) -> Result<u32, E> {
    Policy::DEFAULT.run(async |_| get().await).await
}

async fn future<F: checks::AttemptFuture>(get: impl Fn() -> F) {
    let _ = Policy::DEFAULT.run(|_| get());
}

fn main() {
    let _ = (
        result(|| io::Result::Ok(1)),
        predicate(|_| true),
        limit(None),
        hedge(std::time::Duration::from_secs(1)),
        hook(|| ()),
        error(async || io::Result::Ok(1)),
        future(async || io::Result::Ok(1)),
    );
}
