//! A helper, no test: a server that fails before it answers, and counts how
//! often it was asked.

#![allow(dead_code, reason = "no test uses all of it")]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Fails its first calls, and answers all others with the number of the call.
/// Clones count together.
#[derive(Clone, Debug)]
pub struct Flaky {
    failures: u32,
    kind: io::ErrorKind,
    calls: Arc<AtomicU32>,
}

impl Flaky {
    /// Fails `failures` times with a time-out, which is transient.
    pub fn failing(failures: u32) -> Self {
        Self::failing_with(failures, io::ErrorKind::TimedOut)
    }

    /// Fails `failures` times with an error of this kind.
    pub fn failing_with(failures: u32, kind: io::ErrorKind) -> Self {
        Self {
            failures,
            kind,
            calls: Arc::default(),
        }
    }

    /// One call: the number of the call, once it succeeds.
    pub fn call(&self) -> io::Result<u32> {
        let number = self.calls.fetch_add(1, Relaxed) + 1;
        if number > self.failures {
            Ok(number)
        } else {
            Err(io::Error::new(self.kind, format!("call {number}")))
        }
    }

    /// The same, as a server far away would do it.
    pub async fn call_later(&self) -> io::Result<u32> {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        self.call()
    }

    /// How many calls there were.
    pub fn calls(&self) -> u32 {
        self.calls.load(Relaxed)
    }
}

impl AsRef<Flaky> for Flaky {
    fn as_ref(&self) -> &Flaky {
        self
    }
}

/// What was found, and that it took three calls: two failed ones first.
#[track_caller]
pub fn assert_third<T: std::fmt::Debug + PartialEq, E: std::fmt::Debug>(
    server: &Flaky,
    found: Result<T, E>,
    expected: T,
) {
    assert_eq!(found.expect("the third call succeeds"), expected);
    assert_eq!(server.calls(), 3, "two failed calls and one that succeeds");
}
