//! Circuit breakers of a layer, shared by all its calls.

use crate::engine::record;
use retry_runtime::gate::{Admission, Gate, GateOutcome};
use retry_runtime::{Rejected, Verdict};
use std::fmt;
use std::sync::Arc;

/// A breaker behind a pointer: a call owns it.
#[derive(Clone)]
pub(crate) struct Breaker(Arc<dyn Gate + Send + Sync>);

impl Breaker {
    pub(crate) fn new(gate: impl Gate + Send + Sync + 'static) -> Self {
        Self(Arc::new(gate))
    }

    pub(crate) fn admit(&self) -> Result<Admitted, Rejected> {
        Ok(Admitted {
            admission: self.0.admit()?,
            gate: Arc::clone(&self.0),
            outcome: GateOutcome::Abandoned,
        })
    }
}

impl fmt::Debug for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Breaker")
    }
}

/// An admitted attempt. What is not told how it ended was abandoned.
pub(crate) struct Admitted {
    gate: Arc<dyn Gate + Send + Sync>,
    admission: Admission,
    outcome: GateOutcome,
}

impl Admitted {
    pub(crate) fn is_probe(&self) -> bool {
        self.admission.is_probe()
    }

    /// The attempt has ended; it failed where there is a verdict.
    pub(crate) fn ended(mut self, verdict: Option<Verdict>) {
        self.outcome = verdict.map_or(GateOutcome::Success, GateOutcome::of);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        record(&*self.gate, self.admission, self.outcome);
    }
}
