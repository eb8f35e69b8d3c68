//! The flag under every interleaving of two attempts, with a breaker that
//! speaks as the one of the crate `failsafe` does: outside of its lock.

use loom::sync::{Arc, Mutex};
use loom::thread::{self, JoinHandle};

use crate::gate::Admission;
use crate::gate::half_open::HalfOpen;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Closed,
    /// For a time that is over.
    Open,
    HalfOpen,
}

struct Breaker {
    state: Mutex<State>,
    half_open: HalfOpen,
}

impl Breaker {
    fn opened() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State::Open),
            half_open: HalfOpen::new(),
        })
    }

    fn admit(&self) -> Admission {
        let permitted = || {
            let mut state = self.state.lock().unwrap();
            let was_open = *state == State::Open;
            if was_open {
                *state = State::HalfOpen;
            }
            drop(state);
            if was_open {
                self.half_open.begins();
            }
            true
        };
        self.half_open.admit(permitted).unwrap()
    }

    /// The first outcome decides.
    fn record(&self, success: bool) {
        self.half_open.ends(|| {
            let mut state = self.state.lock().unwrap();
            *state = match (*state, success) {
                (State::HalfOpen, true) => State::Closed,
                (State::HalfOpen, false) => State::Open,
                (state, _) => state,
            };
        });
    }

    fn state(&self) -> State {
        *self.state.lock().unwrap()
    }
}

/// What another thread does: one attempt.
fn attempts(breaker: &Arc<Breaker>, success: bool) -> JoinHandle<()> {
    let breaker = Arc::clone(breaker);
    thread::spawn(move || {
        breaker.admit();
        breaker.record(success);
    })
}

#[test]
fn who_half_opens_a_breaker_is_a_probe() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = {
            let breaker = Arc::clone(&breaker);
            thread::spawn(move || breaker.admit())
        };
        let mine = breaker.admit();
        assert!(mine.is_probe() || other.join().unwrap().is_probe());
        assert!(
            breaker.admit().is_probe(),
            "and so are all until an outcome"
        );
    });
}

#[test]
fn a_closed_breaker_has_no_probes() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = attempts(&breaker, true);
        breaker.admit();
        breaker.record(true);
        other.join().unwrap();
        assert_eq!(breaker.state(), State::Closed);
        assert!(!breaker.admit().is_probe());
    });
}

#[test]
fn whatever_two_outcomes_decide_the_next_attempt_knows() {
    loom::model(|| {
        let breaker = Breaker::opened();
        let other = attempts(&breaker, false);
        breaker.admit();
        breaker.record(true);
        other.join().unwrap();
        let is_open = breaker.state() == State::Open;
        assert_eq!(breaker.admit().is_probe(), is_open);
    });
}
