//! A service all of whose parts can be made to panic.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Elapsed, Transient, Verdict, retry};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Code of the caller's that the library calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Before anything of it is awaited, and at its end.
    Body,
    Backoff,
    /// `on`, and `Transient::verdict`.
    On,
    Verdict,
    OnOk,
    Until,
    Unfinished,
    Elapsed,
    Rejected,
    Notify,
    BeforeRetry,
    Fallback,
    /// The function that makes a timer.
    Sleep,
    /// The timer itself.
    Timer,
    /// What the expressions of `budget` and `breaker` call.
    BudgetOf,
    BreakerOf,
    Admit,
    Record,
}

/// What is thrown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trap(pub Place);

thread_local! {
    /// How often each place was come by.
    static SEEN: RefCell<BTreeMap<Place, u32>> = const { RefCell::new(BTreeMap::new()) };
    /// Where to panic, at which time.
    static SET: Cell<Option<(Place, u32)>> = const { Cell::new(None) };
    /// Panics at every time, beside the one that is set.
    static ALWAYS: Cell<Option<Place>> = const { Cell::new(None) };
    /// Guards that are alive.
    static ALIVE: Cell<u32> = const { Cell::new(0) };
    /// What is called back at every place, and in every `drop`.
    static CALL_BACK: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Comes by a place.
pub fn step(place: Place) {
    let times = SEEN.with_borrow_mut(|seen| {
        let times = seen.entry(place).or_default();
        *times += 1;
        *times
    });
    call_back();
    if SET.get() == Some((place, times)) || ALWAYS.get() == Some(place) {
        // Without the hook, which would print each of thousands.
        std::panic::resume_unwind(Box::new(Trap(place)));
    }
}

/// How often each place was come by since this was last called.
pub fn seen() -> BTreeMap<Place, u32> {
    SEEN.take()
}

pub fn set(trap: Option<(Place, u32)>) {
    SET.set(trap);
}

pub fn always(trap: Option<Place>) {
    ALWAYS.set(trap);
}

pub fn set_call_back(back: Option<fn()>) {
    CALL_BACK.set(back);
}

/// Calls back, but not from within that.
fn call_back() {
    if let Some(back) = CALL_BACK.take() {
        back();
        CALL_BACK.set(Some(back));
    }
}

pub fn alive() -> u32 {
    ALIVE.get()
}

/// Counts as alive.
pub struct Guard(());

impl Guard {
    pub fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        call_back();
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// Pending once; for ever where it is a limit that nothing reaches.
pub struct Step {
    _guard: Guard,
    polled: bool,
    rings: bool,
    place: Option<Place>,
}

impl Step {
    pub fn once() -> Self {
        Self {
            _guard: Guard::new(),
            polled: false,
            rings: true,
            place: None,
        }
    }
}

impl Future for Step {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if let Some(place) = self.place {
            step(place);
        }
        if std::mem::replace(&mut self.polled, true) && self.rings {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// A timer: at once, or never where it is for a minute and longer.
pub fn timer(wait: Duration) -> Step {
    step(Place::Sleep);
    Step {
        rings: wait < Duration::from_secs(60),
        place: Some(Place::Timer),
        ..Step::once()
    }
}

/// The same for functions that block.
pub fn block(_: Duration) {
    step(Place::Sleep);
}

#[derive(Debug)]
pub enum Error {
    Down(Held),
    Late,
    Open,
    Unfinished,
}

/// What an error holds.
#[derive(Debug)]
pub struct Held;

impl Error {
    pub fn down() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Error::Down(Held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        call_back();
        ALIVE.set(ALIVE.get() - 1);
    }
}

impl Transient for Error {
    fn verdict(&self) -> Verdict {
        step(Place::Verdict);
        match self {
            Error::Down(_) => Verdict::not_sent(),
            _ => Verdict::permanent(),
        }
    }
}

impl From<Elapsed> for Error {
    fn from(_: Elapsed) -> Self {
        step(Place::Elapsed);
        Error::Late
    }
}

impl From<Rejected> for Error {
    fn from(_: Rejected) -> Self {
        step(Place::Rejected);
        Error::Open
    }
}

/// A service that fails its first calls.
pub struct Service {
    failures: u32,
    pub calls: Cell<u32>,
    /// Retries and hedges that have begun, be it with their hook.
    pub begun: Cell<u32>,
    budget: Budget,
    opens_at: u32,
    /// A retry begins where the breaker admits it, if there is one.
    guarded: Cell<bool>,
    admitted: Cell<u32>,
    heard: Cell<u32>,
}

impl Service {
    pub fn new(failures: u32, opens_at: u32) -> Self {
        Self {
            failures,
            calls: Cell::new(0),
            begun: Cell::new(0),
            // Next to nothing is earned, so that a retry more or less shows.
            budget: Budget::new(1).unwrap(),
            opens_at,
            guarded: Cell::new(false),
            admitted: Cell::new(0),
            heard: Cell::new(0),
        }
    }

    pub fn budget(&self) -> &Budget {
        step(Place::BudgetOf);
        &self.budget
    }

    /// The same, for what is no expression of an attribute's.
    pub fn purse(&self) -> &Budget {
        &self.budget
    }

    /// How many of its calls fail.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    pub fn breaker(&self) -> &Self {
        self.guarded.set(true);
        step(Place::BreakerOf);
        self
    }

    pub fn delays(&self) -> impl Iterator<Item = Duration> + use<> {
        std::iter::repeat_with(|| {
            step(Place::Backoff);
            Duration::from_millis(10)
        })
    }

    fn answer(&self) -> Result<u32, Error> {
        self.calls.set(self.calls.get() + 1);
        step(Place::Body);
        if self.calls.get() > self.failures {
            Ok(self.calls.get())
        } else {
            Err(Error::down())
        }
    }

    /// An attempt, or the hook before it.
    pub fn begins(&self, is_retry: bool) {
        if is_retry && !self.guarded.get() {
            self.begun.set(self.begun.get() + 1);
        }
    }

    pub async fn ask(&self) -> Result<u32, Error> {
        step(Place::Body);
        Step::once().await;
        let outcome = self.answer();
        Step::once().await;
        outcome
    }

    /// In time for a limit of seconds once, and too slow from then on.
    pub async fn ask_slowly(&self) -> Result<u32, Error> {
        Step::once().await;
        if self.calls.get() > 0 {
            std::future::pending::<()>().await;
        }
        self.answer()
    }

    pub fn ask_sync(&self) -> Result<u32, Error> {
        let _guard = Guard::new();
        self.answer()
    }

    /// At its call, as `before_retry` makes it.
    pub fn hook(&self) -> impl Future<Output = ()> + use<> {
        self.hook_sync();
        Step::once()
    }

    pub fn hook_sync(&self) {
        self.begins(true);
        step(Place::BeforeRetry);
    }

    /// Admissions that nothing was heard of.
    pub fn unheard(&self) -> u32 {
        self.admitted.get() - self.heard.get()
    }
}

impl Gate for Service {
    fn admit(&self) -> Result<Admission, Rejected> {
        step(Place::Admit);
        if self.admitted.get() >= self.opens_at {
            return Err(Rejected::new());
        }
        self.begun
            .set(self.begun.get() + u32::from(self.admitted.get() > 0));
        self.admitted.set(self.admitted.get() + 1);
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {
        self.heard.set(self.heard.get() + 1);
        step(Place::Record);
    }
}

/// Polls it to its end.
pub fn complete<F: Future>(future: F) -> F::Output {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = pin!(future);
    for _ in 0..200 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("it does not end");
}

#[retry(budget = none, sleep = block)]
fn probe(calls: &Cell<u32>) -> Result<(), Error> {
    calls.set(calls.get() + 1);
    Err(Error::down())
}

/// A call that follows is no part of what went before: it has all its retries.
pub fn assert_no_layer_is_left() {
    let calls = Cell::new(0);
    assert!(probe(&calls).is_err());
    assert_eq!(calls.get(), 4, "the mark of a retry is left");
}
