//! A call that is dropped leaves nothing behind, wherever it was: no value, no
//! retry that is paid for and was not made, no admission that the breaker waits
//! for, no task. Every combination of options is dropped after every poll.

mod outage;

use outage::{Breaker, Door};
use retry_runtime::{Budget, Elapsed, Rejected, Transient, Verdict, retry};
use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

thread_local! {
    /// Steps that are not dropped yet.
    static ALIVE: Cell<u32> = const { Cell::new(0) };
}

/// Something that is waited for once; forever where it is a limit.
struct Step {
    polled: bool,
    rings: bool,
}

impl Step {
    fn new(rings: bool) -> Self {
        ALIVE.set(ALIVE.get() + 1);
        let polled = false;
        Self { polled, rings }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl Future for Step {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.polled, true) && self.rings {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Delays of backoff and hedging pass at once, limits never.
fn timer(wait: Duration) -> Step {
    Step::new(wait < Duration::from_secs(60))
}

#[derive(Debug, PartialEq)]
enum Error {
    Down,
    Late,
    Open,
}

impl Transient for Error {
    fn verdict(&self) -> Verdict {
        Verdict::from(*self == Error::Down)
    }
}

impl From<Elapsed> for Error {
    fn from(_: Elapsed) -> Self {
        Error::Late
    }
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        Error::Open
    }
}

/// A service that fails its first calls.
struct Service {
    failures: u32,
    calls: Cell<u32>,
    /// Retries and hedges that have begun, be it with their hook.
    retries: Cell<u32>,
    budget: Budget,
    breaker: Breaker,
}

impl Service {
    fn new(failures: u32, door: Door) -> Self {
        Self {
            failures,
            calls: Cell::new(0),
            retries: Cell::new(0),
            // Next to nothing is earned, so that a retry more or less shows.
            budget: Budget::new(1).unwrap(),
            breaker: Breaker::new(door),
        }
    }

    fn begin_retry(&self) {
        self.retries.set(self.retries.get() + 1);
    }

    async fn ask(&self) -> Result<u32, Error> {
        Step::new(true).await;
        self.calls.set(self.calls.get() + 1);
        Step::new(true).await;
        if self.calls.get() > self.failures {
            Ok(self.calls.get())
        } else {
            Err(Error::Down)
        }
    }

    async fn hook(&self) {
        self.begin_retry();
        Step::new(true).await;
    }

    fn assert_nothing_is_left(&self, polls: u32, ended: bool) {
        assert_eq!(ALIVE.get(), 0, "alive after {polls} polls");
        assert_eq!(self.breaker.unheard(), 0, "unheard after {polls} polls");
        let expected = 10.0 - f64::from(self.retries.get());
        // A retry that has succeeded has earned two, a hedge has not.
        let mended = if ended && self.retries.get() > 0 {
            2.0
        } else {
            0.0
        };
        let level = self.budget.level();
        let is_near = |expected: f64| (expected - 0.001..expected + 0.02).contains(&level);
        assert!(
            is_near(expected) || is_near(expected + mended),
            "{level} and not {expected} after {polls} polls"
        );
    }
}

/// Drops a call after that many polls; whether it had ended by then.
fn walk<'s, F>(service: &'s Service, call: impl FnOnce(&'s Service) -> F, polls: u32) -> bool
where
    F: Future<Output = Result<u32, Error>>,
{
    let mut cx = Context::from_waker(Waker::noop());
    let mut call = pin!(call(service));
    (0..polls).any(|_| call.as_mut().poll(&mut cx).is_ready())
}

/// The same for each service that there may be.
macro_rules! walk_all {
    ($call:path) => {
        for (failures, door) in [
            (0, Door::Closed),
            (2, Door::Closed),
            (99, Door::Closed),
            (99, Door::OpensAt(2)),
            (99, Door::HalfOpen),
            (0, Door::Open),
        ] {
            let mut polls = 0;
            loop {
                let service = Service::new(failures, door);
                let ended = walk(&service, $call, polls);
                service.assert_nothing_is_left(polls, ended);
                if ended {
                    break;
                }
                polls += 1;
                assert!(polls < 100, "the call does not end");
            }
            assert!(polls > 1 || door == Door::Open, "it is dropped half-way");
        }
    };
}

/// A module for each way to choose among the options.
macro_rules! combine {
    ($service:ident [$($chosen:tt)*] $hook:tt) => {
        use crate::*;

        #[retry(sleep = timer, budget = &$service.budget, attempt = at $($chosen)*)]
        async fn call($service: &Service) -> Result<u32, Error> {
            if at.is_retry() && !$hook {
                $service.begin_retry();
            }
            $service.ask().await
        }

        #[test]
        fn nothing_is_left() {
            walk_all!(call);
        }
    };
    ($service:ident [$($chosen:tt)*] $hook:tt ($with:ident $without:ident: $($option:tt)*) $($rest:tt)*) => {
        mod $with {
            combine!($service [$($chosen)*, $($option)*] $hook $($rest)*);
        }
        mod $without {
            combine!($service [$($chosen)*] $hook $($rest)*);
        }
    };
}

mod with_hook {
    combine!(
        service [, before_retry = |_| service.hook()] true
        (hedged one_by_one: hedge(50ms, 2))
        (limited unlimited: timeout = 1h, deadline = 2h)
        (guarded unguarded: breaker = &service.breaker)
        (with_fallback without_fallback: fallback = |error| async { Step::new(true).await; Err(error) })
    );
}

mod without_hook {
    combine!(
        service [] false
        (hedged one_by_one: hedge(50ms, 2))
        (limited unlimited: timeout = 1h, deadline = 2h)
        (guarded unguarded: breaker = &service.breaker)
        (with_fallback without_fallback: fallback = |error| async { Step::new(true).await; Err(error) })
    );
}

#[retry(max = 9, sleep = timer, budget = &service.budget, breaker = &service.breaker)]
async fn outer(service: &Service) -> Result<u32, Error> {
    inner(service).await
}

#[retry(sleep = timer, budget = none, hedge = 10ms, breaker = &service.breaker)]
async fn inner(service: &Service) -> Result<u32, Error> {
    service.ask().await
}

/// A retry of the outer call is dropped in the inner one.
#[test]
fn layers_leave_no_mark() {
    for polls in 0..40 {
        let service = Service::new(99, Door::Closed);
        walk(&service, outer, polls);
        assert_eq!(ALIVE.get(), 0);
        assert_eq!(service.breaker.unheard(), 0);
        // A call that follows is no part of that retry: it has all its own.
        let service = Service::new(99, Door::Closed);
        assert!(walk(&service, inner, 100));
        assert_eq!(service.calls.get(), 4, "after {polls} polls");
    }
}

#[retry(
    hedge(20ms, 2),
    timeout = 60ms,
    deadline = 400ms,
    budget = &service.budget,
    breaker = &service.breaker,
    before_retry = |_| tokio::time::sleep(Duration::from_millis(3)),
    fallback = |error| async { tokio::time::sleep(Duration::from_millis(30)).await; Err(error) },
)]
async fn everything(service: &Service, takes: Duration) -> Result<u32, Error> {
    tokio::time::sleep(takes).await;
    service.calls.set(service.calls.get() + 1);
    Err(Error::Down)
}

/// On tokio's own timers: nothing was spawned, and nothing goes on.
#[tokio::test(start_paused = true)]
async fn no_task_is_left() {
    let metrics = tokio::runtime::Handle::current().metrics();
    for takes in [5, 30, 100].map(Duration::from_millis) {
        for after in (0..600).step_by(7).map(Duration::from_millis) {
            let service = Service::new(99, Door::Closed);
            let call = everything(&service, takes);
            let _ = tokio::time::timeout(after, call).await;
            assert_eq!(metrics.num_alive_tasks(), 0, "after {after:?}");
            assert_eq!(service.breaker.unheard(), 0, "after {after:?}");
            let calls = service.calls.get();
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(service.calls.get(), calls, "after {after:?}");
        }
    }
}
