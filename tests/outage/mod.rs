//! A helper, no test, for tests of outages: a circuit breaker that does as it is
//! told and keeps what it hears, and values that say when they are dropped.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

/// Whom the breaker lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Closed,
    /// Opens at that many failures in a row.
    OpensAt(u32),
    HalfOpen,
    Open,
}

/// A breaker of the test's own.
#[derive(Debug)]
pub struct Breaker {
    door: Mutex<Door>,
    admitted: AtomicU32,
    heard: Mutex<Vec<(Admission, GateOutcome)>>,
}

impl Breaker {
    pub const fn new(door: Door) -> Self {
        Self {
            door: Mutex::new(door),
            admitted: AtomicU32::new(0),
            heard: Mutex::new(Vec::new()),
        }
    }

    /// How many attempts were let through.
    pub fn admitted(&self) -> u32 {
        self.admitted.load(Relaxed)
    }

    /// What became of them, in order.
    pub fn heard(&self) -> Vec<GateOutcome> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(_, outcome)| *outcome).collect()
    }

    /// On what terms, in the order of their ends.
    pub fn terms(&self) -> Vec<Admission> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(admission, _)| *admission).collect()
    }

    /// Admissions that nothing was heard of.
    pub fn unheard(&self) -> usize {
        self.admitted() as usize - self.heard().len()
    }

    pub fn set(&self, door: Door) {
        *self.door.lock().unwrap() = door;
    }

    fn failures_in_a_row(&self) -> usize {
        let heard = self.heard();
        let failed = |outcome: &&GateOutcome| matches!(outcome, GateOutcome::Failure(_));
        heard.iter().rev().take_while(failed).count()
    }
}

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        let admission = match *self.door.lock().unwrap() {
            Door::Closed | Door::OpensAt(_) => Admission::Normal,
            Door::HalfOpen => Admission::Probe,
            Door::Open => return Err(Rejected::new()),
        };
        self.admitted.fetch_add(1, Relaxed);
        Ok(admission)
    }

    fn record(&self, admission: Admission, outcome: GateOutcome) {
        self.heard.lock().unwrap().push((admission, outcome));
        let mut door = self.door.lock().unwrap();
        if matches!(*door, Door::OpensAt(failures) if self.failures_in_a_row() >= failures as usize)
        {
            *door = Door::Open;
        }
    }
}

/// Counts the guards that are alive.
#[derive(Clone, Debug, Default)]
pub struct Alive(Arc<()>);

impl Alive {
    pub fn guard(&self) -> Alive {
        self.clone()
    }

    pub fn count(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}
