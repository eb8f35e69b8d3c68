//! Circuit breakers of the crate `failsafe`.

use failsafe::{FailurePolicy, Instrument, StateMachine};

use super::half_open::HalfOpen;
use super::{Admission, Gate, GateOutcome, Rejected};

/// A circuit breaker of the crate [`failsafe`], as a [`Gate`].
///
/// It builds the breaker itself, since `failsafe` tells its instrument alone
/// when it becomes half-open.
///
/// - Half-open, `failsafe` admits every call until the first outcome decides.
///   All of these are probes, and none of them is retried.
/// - An abandoned attempt records nothing. While half-open the breaker stays
///   so and goes on admitting: it cannot get stuck.
///
/// ```
/// use failsafe::{backoff, failure_policy::consecutive_failures};
/// use retry_runtime::gate::{FailsafeGate, Gate, GateOutcome};
/// use retry_runtime::Verdict;
/// use std::time::Duration;
///
/// // Opens at the third failure in a row, for 10 s, doubled up to 60 s.
/// let backoff = backoff::exponential(Duration::from_secs(10), Duration::from_secs(60));
/// let breaker = FailsafeGate::new(consecutive_failures(3, backoff));
///
/// for _ in 0..3 {
///     let admission = breaker.admit().unwrap();
///     breaker.record(admission, GateOutcome::Failure(Verdict::transient()));
/// }
/// assert!(breaker.admit().is_err());
/// ```
#[derive(Debug)]
pub struct FailsafeGate<P, I = ()> {
    machine: StateMachine<P, Observer<I>>,
    half_open: HalfOpen,
}

impl<P: FailurePolicy> FailsafeGate<P> {
    /// A breaker that opens as `policy` says.
    ///
    /// ```
    /// use failsafe::{backoff, failure_policy::consecutive_failures};
    /// use retry_runtime::gate::FailsafeGate;
    /// use std::time::Duration;
    ///
    /// let breaker = FailsafeGate::new(consecutive_failures(
    ///     5,
    ///     backoff::constant(Duration::from_secs(10)),
    /// ));
    /// # let _ = breaker;
    /// ```
    #[must_use]
    pub fn new(policy: P) -> Self {
        Self::instrumented(policy, ())
    }
}

impl<P: FailurePolicy, I: Instrument> FailsafeGate<P, I> {
    /// The same, with an instrument that is told of each change of state, for logs and metrics.
    ///
    /// ```
    /// use failsafe::{Instrument, backoff, failure_policy::consecutive_failures};
    /// use retry_runtime::gate::FailsafeGate;
    /// use std::time::Duration;
    ///
    /// struct Log;
    ///
    /// impl Instrument for Log {
    ///     fn on_call_rejected(&self) {}
    ///     fn on_open(&self) {
    ///         eprintln!("open");
    ///     }
    ///     fn on_half_open(&self) {
    ///         eprintln!("half-open");
    ///     }
    ///     fn on_closed(&self) {
    ///         eprintln!("closed");
    ///     }
    /// }
    ///
    /// let policy = consecutive_failures(5, backoff::constant(Duration::from_secs(10)));
    /// let breaker = FailsafeGate::instrumented(policy, Log);
    /// # let _ = breaker;
    /// ```
    #[must_use]
    pub fn instrumented(policy: P, instrument: I) -> Self {
        let half_open = HalfOpen::new();
        let observer = Observer {
            half_open: half_open.clone(),
            instrument,
        };
        Self {
            machine: StateMachine::new(policy, observer),
            half_open,
        }
    }
}

impl<P: FailurePolicy, I: Instrument> Gate for FailsafeGate<P, I> {
    fn admit(&self) -> Result<Admission, Rejected> {
        self.half_open.admit(|| self.machine.is_call_permitted())
    }

    fn record(&self, _: Admission, outcome: GateOutcome) {
        match outcome {
            GateOutcome::Success => self.half_open.ends(|| self.machine.on_success()),
            GateOutcome::Failure(_) => self.half_open.ends(|| self.machine.on_error()),
            GateOutcome::Abandoned => {}
        }
    }
}

#[derive(Debug)]
struct Observer<I> {
    half_open: HalfOpen,
    instrument: I,
}

impl<I: Instrument> Instrument for Observer<I> {
    fn on_call_rejected(&self) {
        self.instrument.on_call_rejected();
    }

    fn on_open(&self) {
        self.instrument.on_open();
    }

    fn on_half_open(&self) {
        self.half_open.begins();
        self.instrument.on_half_open();
    }

    fn on_closed(&self) {
        self.instrument.on_closed();
    }
}
