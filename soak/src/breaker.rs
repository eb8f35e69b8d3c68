//! A circuit breaker on tokio's clock, which tests can pause.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Failures one after the other that open it.
const FAILURES: u32 = 5;
/// How long it is open before it lets a probe through.
const OPEN: Duration = Duration::from_secs(10);

/// Opens at five failures in a row, for 10 s.
#[derive(Debug)]
pub struct Breaker(Mutex<State>);

#[derive(Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    Probing,
}

impl Breaker {
    /// It is closed.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "it is made in statics")]
    pub const fn new() -> Self {
        Self(Mutex::new(State::Closed { failures: 0 }))
    }

    fn opened() -> State {
        State::Open {
            until: Instant::now() + OPEN,
        }
    }
}

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => Ok(Admission::Normal),
            State::Open { until } if until <= Instant::now() => {
                *state = State::Probing;
                Ok(Admission::Probe)
            }
            State::Open { .. } | State::Probing => Err(Rejected::new()),
        }
    }

    fn record(&self, _: Admission, outcome: GateOutcome) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (&*state, outcome) {
            (_, GateOutcome::Success) => State::Closed { failures: 0 },
            (State::Closed { failures }, _) if failures + 1 < FAILURES => State::Closed {
                failures: failures + 1,
            },
            _ => Self::opened(),
        };
    }
}
