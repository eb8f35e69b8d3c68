//! Observers that go wrong: recorders, subscribers and `Display`s that panic, at every
//! time, and some that make retried calls themselves. The call's budget is as before.

use super::support::seen;
use retry_runtime::{Budget, Policy, Transient, Verdict, retry};
use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    /// How often an observer was called, and at which time it does what it does.
    static TIMES: Cell<u32> = const { Cell::new(0) };
    static AT: Cell<u32> = const { Cell::new(0) };
    static DOES: Cell<fn()> = const { Cell::new(|| {}) };
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// An observer is called.
fn observed() {
    if INSIDE.replace(true) {
        return;
    }
    TIMES.set(TIMES.get() + 1);
    let now = AT.get() == TIMES.get() || AT.get() == u32::MAX;
    if now {
        let ended = catch_unwind(AssertUnwindSafe(|| DOES.get()()));
        INSIDE.set(false);
        if let Err(thrown) = ended {
            resume_unwind(thrown);
        }
    }
    INSIDE.set(false);
}

struct Recorder;

impl metrics::Recorder for Recorder {
    fn describe_counter(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }
    fn describe_gauge(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }
    fn describe_histogram(
        &self,
        _: metrics::KeyName,
        _: Option<metrics::Unit>,
        _: metrics::SharedString,
    ) {
    }

    fn register_counter(&self, _: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Counter {
        observed();
        metrics::Counter::from_arc(Arc::new(Observed))
    }

    fn register_gauge(&self, _: &metrics::Key, _: &metrics::Metadata<'_>) -> metrics::Gauge {
        observed();
        metrics::Gauge::noop()
    }

    fn register_histogram(
        &self,
        _: &metrics::Key,
        _: &metrics::Metadata<'_>,
    ) -> metrics::Histogram {
        observed();
        metrics::Histogram::noop()
    }
}

struct Observed;

impl metrics::CounterFn for Observed {
    fn increment(&self, _: u64) {
        observed();
    }

    fn absolute(&self, _: u64) {}
}

struct Events;

impl Subscriber for Events {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "retry_runtime"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        observed();
        // The error is printed by whoever writes it down.
        let mut text = String::new();
        event.record(&mut |_: &tracing::field::Field, value: &dyn fmt::Debug| {
            text = format!("{value:?}");
        });
    }

    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Its `Display` is an observer.
#[derive(Debug)]
struct Fault;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        observed();
        f.write_str("down")
    }
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        Verdict::transient()
    }
}

/// What a call uses.
struct Service {
    budget: Budget,
    failures: u32,
    begun: Cell<u32>,
    calls: Cell<u32>,
}

impl Service {
    fn new(failures: u32) -> Self {
        let budget = Budget::new(1).unwrap();
        Self {
            budget,
            failures,
            begun: Cell::new(0),
            calls: Cell::new(0),
        }
    }

    fn ask(&self) -> Result<u32, Fault> {
        self.begun.set(self.begun.get() + 1);
        self.answer()
    }

    fn answer(&self) -> Result<u32, Fault> {
        self.calls.set(self.calls.get() + 1);
        if self.calls.get() > self.failures {
            Ok(self.calls.get())
        } else {
            Err(Fault)
        }
    }
}

#[retry(backoff = none, budget = &service.budget)]
async fn plain(service: &Service) -> Result<u32, Fault> {
    service.ask()
}

#[retry(hedge = 50ms, budget = &service.budget)]
async fn hedged(service: &Service) -> Result<u32, Fault> {
    service.begun.set(service.begun.get() + 1);
    if service.calls.get() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    }
    service.answer()
}

#[retry(sleep = |_| (), budget = &service.budget)]
fn sync(service: &Service) -> Result<u32, Fault> {
    service.ask()
}

type Call = for<'s> fn(&'s Service) -> Pin<Box<dyn Future<Output = Result<u32, Fault>> + 's>>;

const CALLS: [Call; 4] = [
    |service| Box::pin(plain(service)),
    |service| Box::pin(hedged(service)),
    |service| Box::pin(async { sync(service) }),
    |service| {
        Box::pin(
            Policy::DEFAULT
                .run(|_| async { service.ask() })
                .untimed()
                .budget(&service.budget),
        )
    },
];

fn observe(call: Call, service: &Service) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    TIMES.set(0);
    let run = AssertUnwindSafe(|| {
        tracing::subscriber::with_default(Events, || {
            metrics::with_local_recorder(&Recorder, || runtime.block_on(call(service)).is_ok())
        })
    });
    catch_unwind(run).is_ok()
}

/// What was paid for and did not start is given back: all else was called.
#[test]
fn an_observer_that_panics_costs_nothing() {
    DOES.set(|| resume_unwind(Box::new("observed")));
    for call in CALLS {
        for failures in [0, 2, 9] {
            AT.set(0);
            assert!(observe(call, &Service::new(failures)), "nothing panics");
            for time in 1..=TIMES.get() {
                AT.set(time);
                let service = Service::new(failures);
                assert!(!observe(call, &service), "the panic comes through");
                let level = service.budget.level();
                let expected = 10.0 - f64::from(service.begun.get().saturating_sub(1));
                // A retry that has succeeded has earned two.
                let is_near = |expected: f64| (expected - 0.001..expected + 0.05).contains(&level);
                assert!(
                    is_near(expected) || is_near(expected + 2.0),
                    "{level} and not {expected} at {time} of {failures} failures"
                );
            }
        }
    }
}

/// Each observer makes calls with the same observers, each time it is called.
#[test]
fn an_observer_may_make_calls_itself() {
    fn calls() {
        let service = Service::new(2);
        assert!(sync(&service).is_ok());
        let mut hedged = Box::pin(hedged(&service));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(hedged.as_mut().poll(&mut cx).is_ready());
    }
    DOES.set(calls);
    AT.set(u32::MAX);
    for call in CALLS {
        for failures in [0, 2, 9] {
            assert!(observe(call, &Service::new(failures)));
            assert!(failures == 0 || TIMES.get() > 3);
        }
    }
    // And those of the other tests are as they were.
    let (outcome, seen) = seen(plain(&Service::new(1)));
    assert!(outcome.is_ok());
    assert_eq!(seen.events.len(), 2);
}
