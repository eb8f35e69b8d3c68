//! What the tests of runs share.

use retry_runtime::{Elapsed, Jitter, Policy, Transient, Verdict};
use std::cell::RefCell;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, timeout};

pub(crate) const MS: fn(u64) -> Duration = Duration::from_millis;
pub(crate) const PLAIN: Policy = Policy::DEFAULT.with_jitter(Jitter::NONE);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Busy,
    Fatal,
    Late(Elapsed),
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        Verdict::from(matches!(self, Fault::Busy))
    }
}

impl From<Elapsed> for Fault {
    fn from(elapsed: Elapsed) -> Self {
        Fault::Late(elapsed)
    }
}

/// What happened, and how many milliseconds after the start.
pub(crate) struct Log {
    pub(crate) start: Instant,
    events: RefCell<Vec<(&'static str, u128)>>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            events: RefCell::default(),
        }
    }

    pub(crate) fn note(&self, event: &'static str) {
        let at = self.start.elapsed().as_millis();
        self.events.borrow_mut().push((event, at));
    }

    pub(crate) fn events(&self) -> Vec<(&'static str, u128)> {
        self.events.borrow().clone()
    }

    pub(crate) fn times(&self, event: &str) -> Vec<u128> {
        let events = self.events();
        let times = events.iter().filter(|(name, _)| *name == event);
        times.map(|(_, at)| *at).collect()
    }
}

/// Notes that it was dropped.
pub(crate) struct Dropped<'a>(pub(crate) &'a Log);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

/// A run that does not end fails its test, and does not hang it.
pub(crate) async fn ended<F: Future>(run: F) -> F::Output {
    timeout(Duration::from_secs(10), run)
        .await
        .expect("the run ends")
}

pub(crate) fn on_deadline(fault: &Fault) -> bool {
    matches!(fault, Fault::Late(elapsed) if elapsed.is_deadline())
}
