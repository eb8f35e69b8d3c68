//! How many outcomes are missing to close a breaker that does not show its state.

use std::sync::atomic::Ordering::Relaxed;

use super::{Admission, GateOutcome, Rejected};
use crate::sync::AtomicUsize;

/// No outcome is missing.
pub(crate) const CLOSED: usize = 0;
pub(crate) const OPEN: usize = usize::MAX;

/// What is inferred of a breaker's state from its answers.
#[derive(Debug)]
pub(crate) struct PendingOutcomes {
    /// How many outcomes close a breaker that was open.
    deciding: usize,
    /// How many of them are missing, or [`CLOSED`], or [`OPEN`].
    pub(crate) now: AtomicUsize,
}

impl PendingOutcomes {
    /// The breaker is closed.
    pub(crate) fn new(deciding: usize) -> Self {
        Self {
            deciding,
            now: AtomicUsize::new(CLOSED),
        }
    }

    /// Asks the breaker.
    #[inline]
    pub(crate) fn admit(&self, permitted: impl FnOnce() -> bool) -> Result<Admission, Rejected> {
        if !permitted() {
            self.now.store(OPEN, Relaxed);
            return Err(Rejected::new());
        }
        if self.now.load(Relaxed) == CLOSED {
            return Ok(Admission::Normal);
        }
        // Another admission may have been faster: then this changes nothing.
        let _ = self
            .now
            .compare_exchange(OPEN, self.deciding, Relaxed, Relaxed);
        Ok(Admission::Probe)
    }

    /// Tells the breaker how an attempt ended, and asks it after a failure.
    #[inline]
    pub(crate) fn record(
        &self,
        outcome: GateOutcome,
        tell: impl FnOnce(Result<(), ()>),
        permitted: impl FnOnce() -> bool,
    ) {
        // To record, `recloser` asks for permission once more: a late outcome
        // could half-open it and be taken for a probe's.
        if outcome == GateOutcome::Abandoned || self.now.load(Relaxed) == OPEN {
            return;
        }
        if outcome == GateOutcome::Success {
            tell(Ok(()));
            return self.one_outcome_less();
        }
        tell(Err(()));
        if permitted() {
            self.one_outcome_less();
        } else {
            self.now.store(OPEN, Relaxed);
        }
    }

    fn one_outcome_less(&self) {
        // A failed update means that the breaker is not half-open.
        let _ = self
            .now
            .fetch_update(Relaxed, Relaxed, |missing| match missing {
                CLOSED | OPEN => None,
                missing => Some(missing - 1),
            });
    }
}
