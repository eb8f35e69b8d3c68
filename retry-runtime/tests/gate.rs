//! Circuit breakers: what is recorded, and the adapters for well-known crates.
#![cfg(not(loom))]

use std::io;
use std::sync::{Arc, Mutex};

use retry_runtime::gate::{Admission, Admitted, Gate, GateOutcome, Rejected};
use retry_runtime::{Transient, Verdict};

/// Admits all as told, and keeps what is recorded.
struct Recorder {
    admission: Result<Admission, Rejected>,
    seen: Mutex<Vec<(Admission, GateOutcome)>>,
}

impl Recorder {
    fn new(admission: Result<Admission, Rejected>) -> Self {
        Self {
            admission,
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> Vec<(Admission, GateOutcome)> {
        self.seen.lock().unwrap().clone()
    }
}

impl Gate for Recorder {
    fn admit(&self) -> Result<Admission, Rejected> {
        self.admission
    }

    fn record(&self, admission: Admission, outcome: GateOutcome) {
        self.seen.lock().unwrap().push((admission, outcome));
    }
}

#[test]
fn each_end_is_recorded_once() {
    let gate = Recorder::new(Ok(Admission::Normal));
    Admitted::by(&gate).unwrap().ended(None);
    Admitted::by(&gate)
        .unwrap()
        .ended(Some(retry_runtime::__private::Judgement::of(
            Verdict::refused(),
        )));
    Admitted::by(&gate)
        .unwrap()
        .ended(Some(retry_runtime::__private::Judgement::of(
            Verdict::permanent(),
        )));
    drop(Admitted::by(&gate).unwrap());
    assert_eq!(
        gate.seen(),
        [
            (Admission::Normal, GateOutcome::Success),
            (Admission::Normal, GateOutcome::Failure(Verdict::refused())),
            (Admission::Normal, GateOutcome::Success),
            (Admission::Normal, GateOutcome::Abandoned),
        ]
    );
}

#[test]
fn a_probe_is_recorded_as_the_probe_it_was() {
    let gate = Recorder::new(Ok(Admission::Probe));
    let admitted = Admitted::by(&gate).unwrap();
    assert!(admitted.is_probe());
    drop(admitted);
    assert_eq!(gate.seen(), [(Admission::Probe, GateOutcome::Abandoned)]);
    let gate = Recorder::new(Ok(Admission::Normal));
    assert!(!Admitted::by(&gate).unwrap().is_probe());
}

#[test]
fn a_rejection_records_nothing() {
    let gate = Recorder::new(Err(Rejected::new()));
    assert_eq!(Admitted::by(&gate).err(), Some(Rejected::new()));
    assert!(gate.seen().is_empty());
    assert_eq!(Rejected::new().verdict(), Verdict::permanent());
}

#[test]
fn every_retryable_verdict_is_a_failure() {
    for verdict in [
        Verdict::transient(),
        Verdict::not_sent(),
        Verdict::refused(),
    ] {
        assert_eq!(GateOutcome::of(verdict), GateOutcome::Failure(verdict));
    }
    assert_eq!(GateOutcome::of(Verdict::permanent()), GateOutcome::Success);
}

#[test]
fn gates_are_gates_behind_pointers() {
    fn admit_and_end(gate: &(impl Gate + ?Sized)) {
        Admitted::by(gate).unwrap().ended(None);
    }
    let gate = Arc::new(Recorder::new(Ok(Admission::Normal)));
    admit_and_end(&gate);
    admit_and_end(&&*gate);
    let boxed: Box<dyn Gate> = Box::new(Arc::clone(&gate));
    admit_and_end(&boxed);
    admit_and_end(&*boxed);
    assert_eq!(gate.seen().len(), 4);
}

#[test]
fn a_rejection_as_an_io_error_is_not_a_refused_connection() {
    let error = io::Error::from(Rejected::new());
    assert_eq!(error.kind(), io::ErrorKind::Other);
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    assert_eq!(inner, Some(&Rejected::new()));
    assert!(error.to_string().contains("circuit breaker is open"));
    assert!(error.to_string().contains("nothing was sent"));
}

/// What both adapters must do. `open(wait)` is a breaker that 4 failures open for `wait`.
#[cfg(any(feature = "recloser", feature = "failsafe"))]
mod adapters {
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use super::{Admission, Admitted, Gate, Rejected, Verdict};

    pub(super) const LONG: Duration = Duration::from_secs(600);
    /// Waited for. That a breaker is open is asserted with `LONG`: while a machine
    /// stalls, this passes.
    pub(super) const SHORT: Duration = Duration::from_millis(300);

    pub(super) fn fail(gate: &impl Gate, times: u32) {
        for _ in 0..times {
            Admitted::by(gate)
                .unwrap()
                .ended(Some(retry_runtime::__private::Judgement::of(
                    Verdict::transient(),
                )));
        }
    }

    pub(super) fn succeed(gate: &impl Gate, times: u32) {
        for _ in 0..times {
            Admitted::by(gate).unwrap().ended(None);
        }
    }

    /// Waits until the open breaker admits again.
    pub(super) fn admitted_again<G: Gate>(gate: &G) -> Admitted<'_, G> {
        loop {
            match Admitted::by(gate) {
                Ok(admitted) => return admitted,
                Err(_) => sleep(Duration::from_millis(5)),
            }
        }
    }

    pub(super) fn opens_at_the_fourth_failure(gate: &impl Gate) {
        fail(gate, 3);
        assert_eq!(gate.admit(), Ok(Admission::Normal));
        fail(gate, 1);
        assert_eq!(gate.admit(), Err(Rejected::new()));
        assert_eq!(gate.admit(), Err(Rejected::new()));
    }

    pub(super) fn stays_closed_on_permanent_errors(gate: &impl Gate) {
        for _ in 0..100 {
            Admitted::by(gate)
                .unwrap()
                .ended(Some(retry_runtime::__private::Judgement::of(
                    Verdict::permanent(),
                )));
        }
        assert_eq!(gate.admit(), Ok(Admission::Normal));
    }

    pub(super) fn stays_closed_when_attempts_are_dropped(gate: &impl Gate) {
        for _ in 0..100 {
            drop(Admitted::by(gate).unwrap());
        }
        fail(gate, 3);
        assert_eq!(gate.admit(), Ok(Admission::Normal));
    }

    pub(super) fn a_dropped_probe_gives_way_to_the_next(gate: &impl Gate, deciding: u32) {
        fail(gate, 4);
        for _ in 0..20 {
            let probe = admitted_again(gate);
            assert!(probe.is_probe());
            drop(probe);
        }
        for _ in 0..deciding {
            let probe = admitted_again(gate);
            assert!(probe.is_probe());
            probe.ended(None);
        }
        assert_eq!(gate.admit(), Ok(Admission::Normal));
    }

    pub(super) fn a_failed_probe_opens_it_again(gate: &impl Gate, deciding: u32) {
        fail(gate, 4);
        let mut opened = Instant::now();
        for _ in 0..deciding {
            let probe = admitted_again(gate);
            assert!(probe.is_probe());
            opened = Instant::now();
            probe.ended(Some(retry_runtime::__private::Judgement::of(
                Verdict::transient(),
            )));
        }
        let rejected = Admitted::by(gate).is_err();
        assert!(
            rejected || opened.elapsed() >= SHORT,
            "it is not open again"
        );
        assert!(admitted_again(gate).is_probe());
    }
}

#[cfg(feature = "recloser")]
mod recloser_gate {
    use std::time::Duration;

    use recloser::Recloser;
    use retry_runtime::gate::RecloserGate;

    use super::adapters::{self, LONG, SHORT};
    use super::{Admission, Admitted, Gate, GateOutcome, Verdict};

    /// `recloser` decides at the first outcome after its buffer is full.
    fn opens_for(wait: Duration) -> RecloserGate {
        RecloserGate::new(Recloser::custom().closed_len(3).open_wait(wait), 2)
    }

    #[test]
    fn opens_at_the_fourth_failure() {
        adapters::opens_at_the_fourth_failure(&opens_for(LONG));
    }

    #[test]
    fn stays_closed_on_permanent_errors() {
        adapters::stays_closed_on_permanent_errors(&opens_for(LONG));
    }

    #[test]
    fn stays_closed_when_attempts_are_dropped() {
        adapters::stays_closed_when_attempts_are_dropped(&opens_for(LONG));
    }

    #[test]
    fn a_dropped_probe_gives_way_to_the_next() {
        adapters::a_dropped_probe_gives_way_to_the_next(&opens_for(SHORT), 3);
    }

    #[test]
    fn a_failed_probe_opens_it_again() {
        adapters::a_failed_probe_opens_it_again(&opens_for(SHORT), 3);
    }

    #[test]
    fn late_outcomes_are_no_probes() {
        let gate = opens_for(SHORT);
        let late: Vec<_> = (0..10).map(|_| Admitted::by(&gate).unwrap()).collect();
        adapters::fail(&gate, 4);
        std::thread::sleep(SHORT * 2);
        for admitted in late {
            admitted.ended(Some(retry_runtime::__private::Judgement::of(
                Verdict::transient(),
            )));
        }
        for _ in 0..3 {
            let probe = Admitted::by(&gate).unwrap();
            assert!(probe.is_probe());
            probe.ended(None);
        }
        assert_eq!(gate.admit(), Ok(Admission::Normal));
    }

    #[test]
    fn a_breaker_that_opens_at_a_success_has_probes_too() {
        let opened_for = |wait| {
            let gate = opens_for(wait);
            // Two of the last three failed, and only now are there three to look at.
            adapters::fail(&gate, 3);
            adapters::succeed(&gate, 1);
            gate
        };
        assert!(opened_for(LONG).admit().is_err());
        assert!(adapters::admitted_again(&opened_for(SHORT)).is_probe());
    }

    #[test]
    fn a_breaker_of_no_probes_has_one() {
        let gate = RecloserGate::new(Recloser::custom().closed_len(3).open_wait(SHORT), 0);
        adapters::a_dropped_probe_gives_way_to_the_next(&gate, 2);
    }

    #[test]
    fn the_default_is_that_of_recloser() {
        let gate = RecloserGate::default();
        adapters::succeed(&gate, 50);
        adapters::fail(&gate, 50);
        assert_eq!(gate.admit(), Ok(Admission::Normal));
        gate.record(Admission::Normal, GateOutcome::of(Verdict::transient()));
        assert!(gate.admit().is_err());
    }
}

#[cfg(feature = "failsafe")]
mod failsafe_gate {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    use std::time::Duration;

    use failsafe::failure_policy::consecutive_failures;
    use failsafe::{FailurePolicy, Instrument, backoff};
    use retry_runtime::gate::FailsafeGate;

    use super::adapters::{self, LONG, SHORT};
    use super::{Admission, Gate};

    fn opens_for(wait: Duration) -> FailsafeGate<impl FailurePolicy> {
        FailsafeGate::new(consecutive_failures(4, backoff::constant(wait)))
    }

    #[test]
    fn opens_at_the_fourth_failure() {
        adapters::opens_at_the_fourth_failure(&opens_for(LONG));
    }

    #[test]
    fn stays_closed_on_permanent_errors() {
        adapters::stays_closed_on_permanent_errors(&opens_for(LONG));
    }

    #[test]
    fn stays_closed_when_attempts_are_dropped() {
        adapters::stays_closed_when_attempts_are_dropped(&opens_for(LONG));
    }

    #[test]
    fn a_dropped_probe_gives_way_to_the_next() {
        adapters::a_dropped_probe_gives_way_to_the_next(&opens_for(SHORT), 1);
    }

    #[test]
    fn a_failed_probe_opens_it_again() {
        adapters::a_failed_probe_opens_it_again(&opens_for(SHORT), 1);
    }

    #[test]
    fn a_permanent_error_interrupts_a_row_of_failures() {
        let gate = opens_for(LONG);
        adapters::fail(&gate, 3);
        adapters::succeed(&gate, 1);
        adapters::fail(&gate, 3);
        assert_eq!(gate.admit(), Ok(Admission::Normal));
    }

    #[derive(Default)]
    struct Counts {
        rejected: AtomicU32,
        opened: AtomicU32,
        half_opened: AtomicU32,
        closed: AtomicU32,
    }

    struct Counting(Arc<Counts>);

    impl Instrument for Counting {
        fn on_call_rejected(&self) {
            self.0.rejected.fetch_add(1, Relaxed);
        }
        fn on_open(&self) {
            self.0.opened.fetch_add(1, Relaxed);
        }
        fn on_half_open(&self) {
            self.0.half_opened.fetch_add(1, Relaxed);
        }
        fn on_closed(&self) {
            self.0.closed.fetch_add(1, Relaxed);
        }
    }

    fn counted(wait: Duration) -> (Arc<Counts>, FailsafeGate<impl FailurePolicy, Counting>) {
        let counts = Arc::<Counts>::default();
        let policy = consecutive_failures(4, backoff::constant(wait));
        let gate = FailsafeGate::instrumented(policy, Counting(Arc::clone(&counts)));
        (counts, gate)
    }

    #[test]
    fn the_users_instrument_is_told_of_everything() {
        let (counts, gate) = counted(LONG);
        adapters::fail(&gate, 4);
        assert!(gate.admit().is_err());
        assert_eq!(counts.rejected.load(Relaxed), 1);

        let (counts, gate) = counted(SHORT);
        adapters::fail(&gate, 4);
        adapters::admitted_again(&gate).ended(None);
        assert_eq!(counts.opened.load(Relaxed), 1);
        assert_eq!(counts.half_opened.load(Relaxed), 1);
        // Once when it was built, once when the probe succeeded.
        assert_eq!(counts.closed.load(Relaxed), 2);
    }
}
