//! Circuit breakers of the crate `recloser`.

use std::future::{self, Future};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use recloser::{AsyncRecloser, RecloserBuilder};

use super::pending_outcomes::PendingOutcomes;
use super::{Admission, Gate, GateOutcome, Rejected};

/// A circuit breaker of the crate [`recloser`], as a [`Gate`].
///
/// - Half-open, `recloser` admits every call until enough of them have ended;
///   this gate calls them all probes, and none of them is retried. `recloser`
///   does not show its state, so the gate infers it: open from a
///   rejection or from a failure after which nothing is admitted; closed from
///   as many outcomes as decide. With error rates other than the same one for
///   both states, or a wait of a few milliseconds, some attempts may be called
///   a probe, or not, by mistake. Whether they are admitted is `recloser`'s
///   decision alone.
/// - An abandoned attempt records nothing. While half-open the breaker stays
///   so and goes on admitting: it cannot get stuck.
/// - An attempt that ends while the breaker is open, having been admitted
///   before, is not recorded.
///
/// ```
/// use recloser::Recloser;
/// use retry_runtime::Verdict;
/// use retry_runtime::gate::{Gate, GateOutcome, RecloserGate};
/// use std::time::Duration;
///
/// // Opens when half of the last 4 attempts failed, for 10 s; the outcomes of
/// // 2 probes, and one more, decide whether it closes.
/// let breaker = Recloser::custom().error_rate(0.5).closed_len(4);
/// let breaker = RecloserGate::new(breaker.open_wait(Duration::from_secs(10)), 2);
///
/// for _ in 0..5 {
///     let admission = breaker.admit().unwrap();
///     breaker.record(admission, GateOutcome::Failure(Verdict::transient()));
/// }
/// assert!(breaker.admit().is_err());
/// ```
#[derive(Debug)]
pub struct RecloserGate {
    recloser: AsyncRecloser,
    missing: PendingOutcomes,
}

impl RecloserGate {
    /// A breaker as `builder` says, with `half_open_len` in place of the builder's own.
    ///
    /// `recloser`'s default for `half_open_len` is 10. It decides at the first
    /// outcome after that many. 0 counts as 1.
    ///
    /// ```
    /// use recloser::Recloser;
    /// use retry_runtime::gate::RecloserGate;
    ///
    /// let breaker = RecloserGate::new(Recloser::custom().error_rate(0.2), 10);
    /// # let _ = breaker;
    /// ```
    #[must_use]
    pub fn new(builder: RecloserBuilder, half_open_len: usize) -> Self {
        let half_open_len = half_open_len.max(1);
        Self {
            recloser: builder.half_open_len(half_open_len).build().into(),
            missing: PendingOutcomes::new(half_open_len.saturating_add(1)),
        }
    }

    /// `recloser` asks for permission when its future is first polled and
    /// records when that future ends: one that never ends only asks.
    fn is_permitted(&self) -> bool {
        poll_once(self.recloser.call(future::pending::<Result<(), ()>>())).is_pending()
    }

    /// The counterpart: a future that has ended is recorded at once.
    fn tell(&self, result: Result<(), ()>) {
        // What comes back is `result` again.
        let _ = poll_once(self.recloser.call(future::ready(result)));
    }
}

impl Default for RecloserGate {
    /// `recloser`'s own defaults: it opens when half of the last 100 attempts
    /// failed, for 30 s, and looks at 10 probes.
    fn default() -> Self {
        Self::new(recloser::Recloser::custom(), 10)
    }
}

impl Gate for RecloserGate {
    fn admit(&self) -> Result<Admission, Rejected> {
        self.missing.admit(|| self.is_permitted())
    }

    fn record(&self, _: Admission, outcome: GateOutcome) {
        self.missing
            .record(outcome, |result| self.tell(result), || self.is_permitted());
    }
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}
