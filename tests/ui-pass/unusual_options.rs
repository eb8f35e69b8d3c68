//! Options in shapes that a careless parser trips over.
#![deny(warnings)]

use retry_runtime::{Backoff, Elapsed, Policy, Verdict, retry};
use std::io;
use std::time::Duration;

static POLICY: Policy = Policy::DEFAULT;

fn exp(first: Duration) -> Backoff {
    Backoff::fixed(first).unwrap_or(Backoff::none())
}

#[retry()]
pub async fn empty() -> io::Result<u32> {
    Ok(1)
}

#[retry(max = 3,)]
pub async fn trailing_comma() -> io::Result<u32> {
    Ok(1)
}

#[retry(timeout = "1.5s", deadline = 2m, backoff = "exp(100ms, 2, 1s)", jitter = 0)]
pub async fn quoted_and_bare() -> io::Result<u32> {
    Ok(1)
}

#[retry(max = retries, timeout = Some(limit), deadline = limit, policy = &POLICY)]
pub async fn expressions(retries: u32, limit: Duration) -> io::Result<u32> {
    Ok(1)
}

#[retry(backoff = self::exp(Duration::from_millis(1)), jitter = none)]
pub async fn own_function_named_like_a_backoff() -> io::Result<u32> {
    Ok(1)
}

#[retry(max = 3, backoff = (0..3).map(Duration::from_secs))]
pub async fn iterator() -> io::Result<u32> {
    Ok(1)
}

#[retry(
    on = |error| match error.kind() {
        io::ErrorKind::TimedOut => Verdict::transient(),
        _ => Verdict::permanent(),
    },
    on_ok = |response: &u32| *response > 3,
    timeout = 1s,
    elapsed = |elapsed: Elapsed| io::Error::other(elapsed),
)]
pub async fn closures() -> io::Result<u32> {
    Ok(1)
}

pub trait Named {
    fn is_transient(error: &io::Error) -> bool;
}

#[retry(on = <T as Named>::is_transient)]
pub async fn qualified_path<T: Named>() -> io::Result<u32> {
    Ok(1)
}

#[retry(before_retry = |_| reconnect(), sleep = ::tokio::time::sleep)]
pub async fn hook() -> io::Result<u32> {
    Ok(1)
}

#[retry(before_retry = |retry| {
    if retry.number() > 2 {
        return Err(io::ErrorKind::TimedOut.into());
    }
    reconnect().await?;
    Ok(())
}, deadline = 1s)]
pub async fn fallible_hook() -> io::Result<u32> {
    Ok(1)
}

#[retry(before_retry = |_| std::thread::yield_now(), sleep = std::thread::sleep)]
pub fn hook_of_a_sync_fn() -> io::Result<u32> {
    Ok(1)
}

async fn reconnect() -> io::Result<()> {
    Ok(())
}

fn main() {}
