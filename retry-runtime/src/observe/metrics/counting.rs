//! What is counted, and when.

use super::super::subject::Subject;
use super::super::{Duration, Ended, FailureReport};
use super::labels::Labels;
use super::{ATTEMPTS, CALLS, DELAY, ENDINGS, HEDGES, RAN_TWICE, RETRIES, UNKNOWN_ERRORS, budgets};
use metrics::{counter, histogram};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static COUNTS_CALLS: AtomicBool = AtomicBool::new(false);

/// Counts all calls from now on, as [`CALLS`](super::CALLS): what everything else is to
/// be divided by.
///
/// Until then a call whose first attempt succeeds costs one relaxed load for it, and
/// afterwards as much as a counter of the installed recorder. A call that is dropped
/// before its end is not counted.
///
/// ```
/// retry_runtime::metrics::count_calls();
/// ```
pub fn count_calls() {
    COUNTS_CALLS.store(true, Relaxed);
}

/// A call succeeded at once.
#[inline]
pub(in super::super) fn succeeded(subject: Subject<'_>) {
    if COUNTS_CALLS.load(Relaxed) {
        count(subject);
    }
}

#[cold]
#[inline(never)]
fn count(subject: Subject<'_>) {
    counter!(CALLS, Labels::of(subject).and([])).increment(1);
}

pub(in super::super) fn retrying(failed: &FailureReport<'_>, delay: Duration) {
    let by = [("verdict", failed.verdict.label())];
    counter!(RETRIES, Labels::of(failed.subject).and(by)).increment(1);
    histogram!(DELAY, Labels::of(failed.subject).and([])).record(delay.as_secs_f64());
    budgets::level(failed.subject, failed.budget);
}

pub(in super::super) fn ended(failed: &FailureReport<'_>, ended: Ended) {
    succeeded(failed.subject);
    // An answer like any other: no retry was made, and none was wanted.
    if failed.attempt == 1 && ended == Ended::Permanent {
        return;
    }
    ending(
        failed.subject,
        failed.attempt,
        ended.as_str(),
        failed.verdict.label(),
    );
    budgets::level(failed.subject, failed.budget);
}

pub(in super::super) fn recovered(subject: Subject<'_>, attempts: u32) {
    succeeded(subject);
    ending(subject, attempts, "recovered", "success");
}

fn ending(subject: Subject<'_>, attempts: u32, reason: &'static str, verdict: &'static str) {
    if attempts > 0 {
        let by = [("reason", reason)];
        counter!(ATTEMPTS, Labels::of(subject).and(by)).increment(attempts.into());
    }
    let by = [("reason", reason), ("verdict", verdict)];
    counter!(ENDINGS, Labels::of(subject).and(by)).increment(1);
}

pub(in super::super) fn hedged(subject: Subject<'_>) {
    counter!(HEDGES, Labels::of(subject).and([])).increment(1);
}

pub(in super::super) fn unknown_error(subject: Subject<'_>, error_type: &'static str) {
    let by = [("error_type", error_type)];
    counter!(UNKNOWN_ERRORS, Labels::of(subject).and(by)).increment(1);
}

pub(in super::super) fn ran_twice(call: &'static str) {
    counter!(RAN_TWICE, Labels::with(call.into(), None).and([])).increment(1);
}
