//! Functions in the shapes that retries have in services, written from the documentation
//! alone: each is held to what its reader expects of it, in attempts, in waits and in what
//! comes back. A file is one subject.

mod chains;
mod clients;
mod databases;
mod helpers;
mod locks;
mod messages;
mod polls;
mod reports;
mod storage;
#[path = "../support/mod.rs"]
mod support;
mod traits;
mod web;

use std::sync::Mutex;
use support::Calls;

/// A server that answers by a script, whose last line stays.
#[derive(Debug)]
struct Server<T, E> {
    script: Vec<Result<T, E>>,
    calls: Calls,
}

impl<T: Clone, E: Clone> Server<T, E> {
    fn new(script: impl IntoIterator<Item = Result<T, E>>) -> Self {
        Self {
            script: script.into_iter().collect(),
            calls: Calls::new(),
        }
    }

    /// Fails so many times, and answers then.
    fn failing(failures: usize, error: E, answer: T) -> Self {
        let failed = std::iter::repeat_n(Err(error), failures);
        Self::new(failed.chain([Ok(answer)]))
    }

    fn call(&self) -> Result<T, E> {
        let number = self.calls.next() as usize;
        self.script[number.min(self.script.len()) - 1].clone()
    }

    fn calls(&self) -> u32 {
        self.calls.count()
    }
}

/// What happened, in its order.
#[derive(Debug, Default)]
struct Log(Mutex<Vec<String>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().expect("nobody panics").push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics").clone()
    }
}
