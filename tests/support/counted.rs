//! Whether failures are counted, which allocates: an example of this workspace turns the
//! feature `metrics` on, and one build of the whole workspace shares it.

use crate::support::{Calls, Fault, skip};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use retry_runtime::retry;
use std::cell::Cell;

#[retry(max = 1, backoff = none, sleep = skip)]
fn fails_once(calls: &Calls) -> Result<u32, Fault> {
    calls.fail_first(1)
}

/// Hears whether anything is counted.
#[derive(Default)]
struct Listener(Cell<bool>);

impl Recorder for Listener {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.0.set(true);
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Says so, where failures are counted: what they cost is then not the library's own.
pub fn failures_are_counted() -> bool {
    let listener = Listener::default();
    with_local_recorder(&listener, || fails_once(&Calls::new())).expect("the second attempt");
    let counted = listener.0.get();
    if counted {
        println!("skipped: failures are counted where `metrics` is on");
    }
    counted
}
