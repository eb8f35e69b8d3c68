//! What has happened to the calls of each function.

use super::registry;
use crate::ended::Ended;
use crate::observe::subject::Subject;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Why calls end, in the order in which it is counted.
pub(super) const REASONS: [Ended; 7] = [
    Ended::Exhausted,
    Ended::Permanent,
    Ended::Budget,
    Ended::Deadline,
    Ended::Rejected,
    Ended::Pushback,
    Ended::Nested,
];

/// The counts of one function: of what failed, and of all calls from when somebody asks.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) calls: AtomicUsize,
    pub(super) retries: AtomicUsize,
    pub(super) hedges: AtomicUsize,
    pub(super) recovered: AtomicUsize,
    pub(super) endings: [AtomicUsize; REASONS.len()],
}

impl Tally {
    pub(super) const fn new() -> Self {
        Self {
            calls: AtomicUsize::new(0),
            retries: AtomicUsize::new(0),
            hedges: AtomicUsize::new(0),
            recovered: AtomicUsize::new(0),
            endings: [const { AtomicUsize::new(0) }; REASONS.len()],
        }
    }
}

fn count(subject: Subject<'_>, counter: impl FnOnce(&Tally) -> &AtomicUsize) {
    if let Some(entry) = registry::entry_of(subject.name()) {
        counter(entry.tally()).fetch_add(1, Relaxed);
    }
}

pub(crate) fn retrying(subject: Subject<'_>) {
    count(subject, |tally| &tally.retries);
}

pub(crate) fn hedged(subject: Subject<'_>) {
    count(subject, |tally| &tally.hedges);
}

pub(crate) fn recovered(subject: Subject<'_>) {
    count(subject, |tally| &tally.recovered);
}

pub(crate) fn ended(subject: Subject<'_>, ended: Ended) {
    let Some(reason) = REASONS.iter().position(|reason| *reason == ended) else {
        return;
    };
    count(subject, |tally| &tally.endings[reason]);
}
