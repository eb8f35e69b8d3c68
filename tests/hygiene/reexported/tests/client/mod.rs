//! This crate depends on a library that re-exports the runtime, and not on the
//! runtime itself: `crate = ..` says where the library has it.

use hygiene_reexporting::parts::retries;
use hygiene_reexporting::parts::retries::{
    Elapsed, Policy, Transient, Verdict, idempotent, non_idempotent, retry,
};
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What fails: the number of the call that did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure(pub u32);

impl Transient for Failure {
    fn verdict(&self) -> Verdict {
        Verdict::transient()
    }
}

impl From<Elapsed> for Failure {
    fn from(_: Elapsed) -> Self {
        Self(0)
    }
}

const POLICY: Policy = Policy::DEFAULT.with_max(5);

fn fail_twice(calls: &AtomicU32) -> Result<u32, Failure> {
    let number = calls.fetch_add(1, Relaxed) + 1;
    if number < 3 {
        Err(Failure(number))
    } else {
        Ok(number)
    }
}

/// No other option.
///
/// # Errors
/// The service's.
#[retry(crate = retries)]
pub async fn bare(calls: &AtomicU32) -> Result<u32, Failure> {
    fail_twice(calls)
}

/// Every option.
///
/// # Errors
/// The service's.
#[retries::retry(
    crate = ::hygiene_reexporting::parts::retries,
    max = 3,
    backoff = [std::time::Duration::from_millis(1); 5],
    jitter = equal,
    on = |failure| failure.0 < 3,
    on_ok = |number| *number == 0,
    timeout = 1s,
    deadline = 10s,
    before_retry = |_| std::future::ready(()),
    attempt = at,
    policy = &POLICY,
    name = "all",
)]
pub async fn all(mut count: u32, calls: &AtomicU32) -> Result<u32, Failure> {
    count += at.number();
    fail_twice(calls).map(|number| number + count)
}

/// Sync.
///
/// # Errors
/// The service's.
#[retry(crate = retries, backoff = fixed(1ms), attempt = at)]
pub fn blocking(calls: &AtomicU32) -> Result<u32, Failure> {
    fail_twice(calls).map(|number| number + at.number())
}

/// A future in a box.
#[retry(crate = retries, timeout = 1s)]
pub fn boxed(calls: &AtomicU32) -> Pin<Box<dyn Future<Output = Result<u32, Failure>> + Send + '_>> {
    Box::pin(async move { fail_twice(calls) })
}

/// A client.
#[derive(Debug, Default)]
pub struct Client {
    calls: AtomicU32,
}

#[retry(crate = hygiene_reexporting::parts::retries, max = 1)]
impl Client {
    /// Under the block's policy.
    ///
    /// # Errors
    /// The service's.
    #[idempotent(crate = retries)]
    pub async fn get(&self) -> Result<u32, Failure> {
        fail_twice(&self.calls)
    }

    /// Under one of its own.
    ///
    /// # Errors
    /// The service's.
    #[idempotent(crate = retries)]
    #[retry(max = 2, timeout = 1s)]
    pub async fn list(&self) -> Result<u32, Failure> {
        fail_twice(&self.calls)
    }

    /// Left alone.
    ///
    /// # Errors
    /// The service's.
    #[non_idempotent(crate = retries)]
    pub async fn put(&self) -> Result<u32, Failure> {
        fail_twice(&self.calls)
    }
}

/// A service behind `dyn`.
#[async_trait::async_trait]
pub trait Service {
    /// Retried.
    async fn find(&mut self) -> Result<u32, Failure>;
}

#[async_trait::async_trait]
impl Service for Client {
    #[retry(crate = retries, before_retry = |_| self.calls.store(2, Relaxed))]
    async fn find(&mut self) -> Result<u32, Failure> {
        fail_twice(&self.calls)
    }
}
