//! What is inferred under every interleaving of two attempts, from a breaker
//! that decides as the one of the crate `recloser` does.

use loom::sync::{Arc, Mutex};
use loom::thread::{self, JoinHandle};
use std::sync::atomic::Ordering::Relaxed;

use crate::gate::pending_outcomes::{CLOSED, OPEN, PendingOutcomes};
use crate::gate::{Admission, GateOutcome};
use crate::verdict::Verdict;

/// So many outcomes decide.
const DECIDING: usize = 2;

const FAILURE: GateOutcome = GateOutcome::Failure(Verdict::transient());

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Closed,
    /// Whether its time is over.
    Open(bool),
    /// So many outcomes have come in, one of them a failure.
    HalfOpen(usize, bool),
}

struct Breaker {
    state: Mutex<State>,
    missing: PendingOutcomes,
}

impl Breaker {
    /// It has opened, the gate has noticed, and its time is over.
    fn opened() -> Arc<Self> {
        let breaker = Self {
            state: Mutex::new(State::Open(false)),
            missing: PendingOutcomes::new(DECIDING),
        };
        assert_eq!(breaker.admit(), None);
        breaker.wait();
        Arc::new(breaker)
    }

    /// The time that it is open for goes by.
    fn wait(&self) {
        *self.state.lock().unwrap() = State::Open(true);
    }

    fn admit(&self) -> Option<Admission> {
        self.missing.admit(|| self.is_permitted()).ok()
    }

    fn record(&self, outcome: GateOutcome) {
        self.missing
            .record(outcome, |result| self.tell(result), || self.is_permitted());
    }

    fn is_permitted(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if *state == State::Open(true) {
            *state = State::HalfOpen(0, false);
        }
        *state != State::Open(false)
    }

    fn tell(&self, result: Result<(), ()>) {
        if !self.is_permitted() {
            return;
        }
        let mut state = self.state.lock().unwrap();
        if let State::HalfOpen(outcomes, failed) = *state {
            let failed = failed || result.is_err();
            *state = match outcomes + 1 {
                DECIDING if failed => State::Open(false),
                DECIDING => State::Closed,
                outcomes => State::HalfOpen(outcomes, failed),
            };
        }
    }

    fn missing(&self) -> usize {
        self.missing.now.load(Relaxed)
    }
}

/// What another thread does: one attempt.
fn attempts(breaker: &Arc<Breaker>, outcome: GateOutcome) -> JoinHandle<Option<Admission>> {
    let breaker = Arc::clone(breaker);
    thread::spawn(move || {
        let admission = breaker.admit();
        if admission.is_some() {
            breaker.record(outcome);
        }
        admission
    })
}

#[test]
fn each_outcome_is_counted_once_and_all_until_the_last_are_probes() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = attempts(&breaker, GateOutcome::Success);
        let mine = breaker.admit();
        breaker.record(GateOutcome::Success);
        assert_eq!(other.join().unwrap(), Some(Admission::Probe));
        assert_eq!(mine, Some(Admission::Probe));
        assert_eq!(*breaker.state.lock().unwrap(), State::Closed);
        assert_eq!(breaker.missing(), CLOSED);
        assert_eq!(breaker.admit(), Some(Admission::Normal));
    });
}

#[test]
fn what_is_abandoned_is_not_counted() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = attempts(&breaker, GateOutcome::Abandoned);
        assert_eq!(breaker.admit(), Some(Admission::Probe));
        breaker.record(GateOutcome::Success);
        other.join().unwrap();
        assert_eq!(breaker.missing(), DECIDING - 1);
    });
}

#[test]
fn a_late_outcome_does_not_count_below_none() {
    loom::model(|| {
        let breaker = Breaker::opened();
        assert_eq!(breaker.admit(), Some(Admission::Probe));
        breaker.record(GateOutcome::Success);
        let other = attempts(&breaker, GateOutcome::Success);
        breaker.record(GateOutcome::Success);
        other.join().unwrap();
        assert_eq!(breaker.missing(), CLOSED);
    });
}

/// What a race of a success with the failure that opens the breaker has left
/// behind may be wrong, but not for long.
#[test]
fn a_wrong_guess_is_mended_by_the_next_rejection_or_by_outcomes() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = attempts(&breaker, FAILURE);
        let mine = breaker.admit();
        if mine.is_some() {
            breaker.record(GateOutcome::Success);
        }
        other.join().unwrap();
        let missing = breaker.missing();
        assert!(missing <= DECIDING || missing == OPEN, "{missing}");

        if breaker.admit().is_none() {
            assert_eq!(breaker.missing(), OPEN);
            breaker.wait();
        }
        for _ in 0..DECIDING {
            assert_eq!(breaker.admit(), Some(Admission::Probe));
            breaker.record(GateOutcome::Success);
        }
        assert_eq!(breaker.admit(), Some(Admission::Normal));
        assert_eq!(breaker.missing(), CLOSED);
    });
}
