//! Circuit breakers: who may call a service that seems to be down.

#[cfg(feature = "failsafe")]
mod failsafe;
#[cfg(feature = "failsafe")]
pub(crate) mod half_open;
#[cfg(feature = "recloser")]
pub(crate) mod pending_outcomes;
#[cfg(feature = "recloser")]
mod recloser;

#[cfg(feature = "failsafe")]
#[doc(inline)]
pub use self::failsafe::FailsafeGate;
#[cfg(feature = "recloser")]
#[doc(inline)]
pub use self::recloser::RecloserGate;

use std::error::Error;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::engine::into_verdict::Judgement;
use crate::transient::Transient;
use crate::verdict::Verdict;

/// A circuit breaker: it admits attempts and learns how they ended.
///
/// The attribute's `breaker` key takes one. Each attempt, retries and hedges
/// too, asks [`admit`](Gate::admit) first; each that was admitted ends with
/// exactly one [`record`](Gate::record).
///
/// - A rejection ends the call at once: it becomes the function's error through
///   `E::from(Rejected)`, or through the attribute's `rejected` key.
/// - An attempt admitted as a [`Probe`](Admission::Probe) is not retried: a
///   service that has just come up is not to be asked several times a call.
/// - Whether a failure counts against the service is its verdict's own answer,
///   [`is_against_service`](Verdict::is_against_service), and not whether it is
///   retried. A permanent error, such as "not found", is an answer: it counts as
///   a success of the service unless its verdict says otherwise.
/// - An attempt can be dropped half-way: a cancelled call, the loser of a
///   hedge. It is recorded as [`Abandoned`](GateOutcome::Abandoned), so that the
///   probe it may have been is not waited for. An attempt that its own
///   `timeout` cuts is not abandoned: it fails, with the verdict of that.
///
/// For the breakers of the crates `recloser` and `failsafe` there are
/// `RecloserGate` and `FailsafeGate` behind the features of those names. A
/// breaker of your own is two methods; this one opens at the third failure in a
/// row, for 5 seconds, and then lets one probe through at a time:
///
/// ```
/// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
/// use std::sync::Mutex;
/// use std::time::{Duration, Instant};
///
/// #[derive(Default)]
/// struct Breaker(Mutex<State>);
///
/// #[derive(Default)]
/// struct State {
///     failures: u32,
///     open_until: Option<Instant>,
///     probing: bool,
/// }
///
/// impl Gate for Breaker {
///     fn admit(&self) -> Result<Admission, Rejected> {
///         let mut state = self.0.lock().unwrap();
///         match state.open_until {
///             None => Ok(Admission::Normal),
///             Some(until) if Instant::now() < until || state.probing => Err(Rejected::new()),
///             Some(_) => {
///                 state.probing = true;
///                 Ok(Admission::Probe)
///             }
///         }
///     }
///
///     fn record(&self, admission: Admission, outcome: GateOutcome) {
///         let mut state = self.0.lock().unwrap();
///         if admission == Admission::Probe {
///             state.probing = false;
///         }
///         match outcome {
///             GateOutcome::Success => *state = State::default(),
///             GateOutcome::Failure(_) => {
///                 state.failures += 1;
///                 if state.failures >= 3 {
///                     state.open_until = Some(Instant::now() + Duration::from_secs(5));
///                 }
///             }
///             // Dropped before it ended: it says nothing.
///             _ => {}
///         }
///     }
/// }
///
/// let breaker = Breaker::default();
/// for _ in 0..3 {
///     let admission = breaker.admit().unwrap();
///     breaker.record(admission, GateOutcome::of(retry_runtime::Verdict::transient()));
/// }
/// assert!(breaker.admit().is_err());
/// ```
pub trait Gate {
    /// Asks to make an attempt now.
    ///
    /// # Errors
    ///
    /// [`Rejected`] when the breaker is open. Nothing is recorded then.
    ///
    /// ```
    /// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    ///
    /// struct Closed;
    ///
    /// impl Gate for Closed {
    ///     fn admit(&self) -> Result<Admission, Rejected> {
    ///         Ok(Admission::Normal)
    ///     }
    ///     fn record(&self, _: Admission, _: GateOutcome) {}
    /// }
    ///
    /// assert_eq!(Closed.admit(), Ok(Admission::Normal));
    /// ```
    fn admit(&self) -> Result<Admission, Rejected>;

    /// How an attempt ended that was admitted as `admission`.
    ///
    /// ```
    /// use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
    /// use std::cell::Cell;
    ///
    /// /// Counts failures and rejects nothing.
    /// struct Counter(Cell<u32>);
    ///
    /// impl Gate for Counter {
    ///     fn admit(&self) -> Result<Admission, Rejected> {
    ///         Ok(Admission::Normal)
    ///     }
    ///     fn record(&self, _: Admission, outcome: GateOutcome) {
    ///         if matches!(outcome, GateOutcome::Failure(_)) {
    ///             self.0.set(self.0.get() + 1);
    ///         }
    ///     }
    /// }
    ///
    /// let counter = Counter(Cell::new(0));
    /// counter.record(Admission::Normal, GateOutcome::Success);
    /// assert_eq!(counter.0.get(), 0);
    /// ```
    fn record(&self, admission: Admission, outcome: GateOutcome);
}

/// On what terms an attempt was admitted.
///
/// ```
/// use retry_runtime::gate::Admission;
///
/// assert!(Admission::Probe.is_probe());
/// assert!(!Admission::Normal.is_probe());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// The breaker is closed.
    Normal,
    /// The breaker is half-open: the attempt tests whether the service is back.
    /// It is not retried.
    Probe,
}

impl Admission {
    /// Whether the attempt is a probe, which is not retried.
    ///
    /// ```
    /// # use retry_runtime::gate::Admission;
    /// assert!(Admission::Probe.is_probe());
    /// ```
    #[must_use]
    pub const fn is_probe(self) -> bool {
        matches!(self, Self::Probe)
    }
}

/// How an admitted attempt ended, as a circuit breaker sees it.
///
/// ```
/// use retry_runtime::Verdict;
/// use retry_runtime::gate::GateOutcome;
///
/// let outage = Verdict::transient();
/// assert_eq!(GateOutcome::of(outage), GateOutcome::Failure(outage));
/// assert_eq!(GateOutcome::of(Verdict::permanent()), GateOutcome::Success);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GateOutcome {
    /// The service answered: with a value, or with an error that does not speak
    /// against it.
    Success,
    /// A failure that speaks against the service, whether it is retried or not.
    Failure(Verdict),
    /// The attempt was dropped before it ended: it says nothing about the
    /// service. A probe that is abandoned must give way to another.
    Abandoned,
}

impl GateOutcome {
    /// What an attempt that got this verdict means to a breaker: a failure where
    /// it speaks [against the service](Verdict::is_against_service), a success
    /// of the service where it does not.
    ///
    /// ```
    /// # use retry_runtime::{Verdict, gate::GateOutcome};
    /// assert_eq!(GateOutcome::of(Verdict::permanent()), GateOutcome::Success);
    ///
    /// let internal = Verdict::permanent().against_service(true);
    /// assert_eq!(GateOutcome::of(internal), GateOutcome::Failure(internal));
    /// ```
    #[must_use]
    pub const fn of(verdict: Verdict) -> Self {
        if verdict.is_against_service() {
            Self::Failure(verdict)
        } else {
            Self::Success
        }
    }
}

/// A circuit breaker is open: the attempt was not made, nothing was sent.
///
/// It becomes the error of the function through `E::from(Rejected)`, or through
/// the attribute's `rejected` key. `std::io::Error` has that `From`:
///
/// ```
/// use retry_runtime::Rejected;
/// use std::io;
///
/// let error = io::Error::from(Rejected::new());
/// assert_eq!(error.kind(), io::ErrorKind::Other);
/// assert!(error.get_ref().is_some_and(|inner| inner.is::<Rejected>()));
/// assert_eq!(
///     error.to_string(),
///     "the circuit breaker is open, so nothing was sent: try again once it has closed"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejected(());

impl Rejected {
    /// What a [`Gate`] of your own returns while it is open.
    ///
    /// ```
    /// use retry_runtime::Rejected;
    ///
    /// fn admit(open: bool) -> Result<(), Rejected> {
    ///     if open { Err(Rejected::new()) } else { Ok(()) }
    /// }
    /// assert!(admit(true).is_err());
    /// ```
    #[must_use]
    #[allow(
        clippy::new_without_default,
        reason = "a default value is none that rejects"
    )]
    pub const fn new() -> Self {
        Self(())
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the circuit breaker is open, so nothing was sent: try again once it has closed",
        )
    }
}

impl Error for Rejected {}

/// An open breaker is there to fail fast: its rejection is permanent, for the
/// layers further out too.
#[diagnostic::do_not_recommend]
impl Transient for Rejected {
    fn verdict(&self) -> Verdict {
        Verdict::permanent()
    }
}

/// The kind is [`Other`](io::ErrorKind::Other): no peer refused anything, and
/// `ConnectionRefused` would be retried by the layers further out, against a
/// breaker that is there to fail fast.
impl From<Rejected> for io::Error {
    fn from(rejected: Rejected) -> Self {
        Self::other(rejected)
    }
}

impl<G: Gate + ?Sized> Gate for &G {
    fn admit(&self) -> Result<Admission, Rejected> {
        (**self).admit()
    }

    fn record(&self, admission: Admission, outcome: GateOutcome) {
        (**self).record(admission, outcome);
    }
}

impl<G: Gate + ?Sized> Gate for Arc<G> {
    fn admit(&self) -> Result<Admission, Rejected> {
        (**self).admit()
    }

    fn record(&self, admission: Admission, outcome: GateOutcome) {
        (**self).record(admission, outcome);
    }
}

impl<G: Gate + ?Sized> Gate for Box<G> {
    fn admit(&self) -> Result<Admission, Rejected> {
        (**self).admit()
    }

    fn record(&self, admission: Admission, outcome: GateOutcome) {
        (**self).record(admission, outcome);
    }
}

/// Tells the gate from a `drop`. While a panic unwinds, another one out of it would abort
/// the process: the first one goes on.
#[doc(hidden)]
#[inline]
pub fn record<G: Gate + ?Sized>(gate: &G, admission: Admission, outcome: GateOutcome) {
    if std::thread::panicking() {
        let tell = AssertUnwindSafe(|| gate.record(admission, outcome));
        let _ = catch_unwind(tell);
    } else {
        gate.record(admission, outcome);
    }
}

/// An admitted attempt: what it does not record by itself, its drop records as abandoned.
#[doc(hidden)]
#[derive(Debug)]
#[must_use = "dropped at once, the attempt counts as abandoned"]
pub struct Admitted<'g, G: Gate + ?Sized> {
    gate: &'g G,
    admission: Admission,
    outcome: GateOutcome,
}

impl<'g, G: Gate + ?Sized> Admitted<'g, G> {
    /// Asks the gate.
    ///
    /// # Errors
    ///
    /// [`Rejected`] when the breaker is open.
    pub fn by(gate: &'g G) -> Result<Self, Rejected> {
        let admission = gate.admit()?;
        Ok(Self {
            gate,
            admission,
            outcome: GateOutcome::Abandoned,
        })
    }

    /// Whether the attempt is a probe, which is not retried.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.admission.is_probe()
    }

    /// The attempt ended; it failed where there is a judgement.
    pub fn ended(mut self, judgement: Option<Judgement>) {
        self.outcome = judgement.map_or(GateOutcome::Success, |judgement| {
            GateOutcome::of(judgement.heard())
        });
    }
}

impl<G: Gate + ?Sized> Drop for Admitted<'_, G> {
    fn drop(&mut self) {
        record(self.gate, self.admission, self.outcome);
    }
}
