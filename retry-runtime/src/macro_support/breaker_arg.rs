//! What is given as `breaker`: a gate, or one error that says what to do.

use crate::gate::{Admission, Admitted, Gate, GateOutcome, Rejected};

/// The value that was given, by reference.
#[derive(Debug)]
pub struct Door<'g, G: ?Sized>(pub &'g G);

impl<'g, G: Gate + ?Sized> Door<'g, G> {
    /// Asks the gate.
    ///
    /// # Errors
    ///
    /// The gate's rejection.
    #[inline]
    pub fn __admit(self) -> Result<Admitted<'g, G>, Rejected> {
        Admitted::by(self.0)
    }
}

/// For what is no gate: never implemented, for its message. A bound on the type
/// itself would be one error for each thing that is done with the admission.
#[diagnostic::on_unimplemented(
    message = "`breaker` is a circuit breaker, and `{G}` is none",
    label = "the type of this has to implement `Gate`",
    note = "implement `retry_runtime::Gate` for it, or wrap a breaker of the crates `recloser` and `failsafe` in a `RecloserGate` or `FailsafeGate`, behind the features of those names"
)]
pub trait GateOf<G: ?Sized> {}

/// What admits.
#[derive(Debug)]
pub struct Breaker;

/// The fallback for what is no gate.
pub trait NoGate {
    /// What was given.
    type Given: ?Sized;

    /// Asks what cannot be asked.
    ///
    /// # Errors
    ///
    /// Never: it does not compile.
    fn __admit(self) -> Result<Admitted<'static, Shut>, Rejected>
    where
        Breaker: GateOf<Self::Given>;
}

impl<G: ?Sized> NoGate for Door<'_, G> {
    type Given = G;

    fn __admit(self) -> Result<Admitted<'static, Shut>, Rejected>
    where
        Breaker: GateOf<G>,
    {
        Err(Rejected::new())
    }
}

/// A gate that is there for its type.
#[derive(Debug)]
pub struct Shut;

impl Gate for Shut {
    fn admit(&self) -> Result<Admission, Rejected> {
        Err(Rejected::new())
    }

    fn record(&self, _: Admission, _: GateOutcome) {}
}
