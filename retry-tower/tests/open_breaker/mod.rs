//! A breaker that admits nothing, for several test programs.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};

pub(crate) struct Open;

impl Gate for Open {
    fn admit(&self) -> Result<Admission, Rejected> {
        Err(Rejected::new())
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}
