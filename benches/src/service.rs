//! What is called: a service in the same process, so that nothing but the
//! retrying is measured.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// How a call fails.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Worth another attempt.
    Down(u32),
    /// Not worth one.
    NotFound(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down(code) => write!(f, "down ({code})"),
            Self::NotFound(name) => write!(f, "no {name}"),
        }
    }
}

impl std::error::Error for Fault {}

/// Which faults are worth another attempt.
#[must_use]
pub fn is_transient(fault: &Fault) -> bool {
    matches!(fault, Fault::Down(_))
}

/// A service that fails as often as it is told.
#[derive(Debug, Default)]
pub struct Service {
    failures: AtomicU32,
}

impl Service {
    /// The next `failures` calls fail.
    pub fn fail(&self, failures: u32) {
        self.failures.store(failures, Relaxed);
    }

    /// A call.
    ///
    /// # Errors
    ///
    /// As often as [`fail`](Self::fail) said.
    #[allow(clippy::unused_async, reason = "stands for a call that waits")]
    pub async fn get(&self, id: u64, name: &str) -> Result<u64, Fault> {
        self.answer(id, name)
    }

    /// A call that fills a page, and takes two turns for it.
    ///
    /// # Errors
    ///
    /// As often as [`fail`](Self::fail) said.
    pub async fn fill(&self, page: &mut [u8], name: &str) -> Result<(), Fault> {
        tokio::task::yield_now().await;
        page.fill(u8::try_from(self.answer(0, name)?).unwrap_or(u8::MAX));
        Ok(())
    }

    /// Never inlined: whatever surrounds the call, this part of it is the same.
    #[inline(never)]
    fn answer(&self, id: u64, name: &str) -> Result<u64, Fault> {
        let failures = self.failures.load(Relaxed);
        if failures > 0 {
            self.failures.store(failures - 1, Relaxed);
            return Err(Fault::Down(failures));
        }
        if id == u64::MAX {
            return Err(Fault::NotFound(name.to_owned()));
        }
        Ok(id + name.len() as u64)
    }
}

/// A timer that does not wait.
#[allow(clippy::unused_async, reason = "stands for a timer, which is a future")]
pub async fn skip(_: Duration) {}

/// Runs a future that waits for nothing, without any runtime.
///
/// # Panics
///
/// Where it waits for something.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("waits for something"),
    }
}
