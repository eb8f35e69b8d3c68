//! A world all of whose code can be made to panic, and what is left of it.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Budget, Policy, Transient, Verdict, retry};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::task::yield_now;

pub(crate) const MS: Duration = Duration::from_millis(1);

/// Code of the caller's, or of the service's, that a layer calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    PolicyOf,
    KeyOf,
    CloneRequest,
    CloneService,
    PollReady,
    Call,
    Response,
    Verdict,
    /// The source of an error.
    Source,
    Unanswered,
    Admit,
    Record,
    RequestBody,
    RequestEnd,
    RequestLength,
    ResponseBody,
    ResponseEnd,
}

thread_local! {
    static SEEN: RefCell<BTreeMap<Place, u32>> = const { RefCell::new(BTreeMap::new()) };
    static SET: Cell<Option<(Place, u32)>> = const { Cell::new(None) };
    static ALIVE: Cell<i32> = const { Cell::new(0) };
    /// Attempts that were polled.
    static BEGUN: Cell<u32> = const { Cell::new(0) };
}

pub(crate) fn step(place: Place) {
    let times = SEEN.with_borrow_mut(|seen| {
        let times = seen.entry(place).or_default();
        *times += 1;
        *times
    });
    if SET.get() == Some((place, times)) {
        // Without the hook, which would print each of thousands.
        resume_unwind(Box::new(place));
    }
}

/// An attempt begins.
pub(crate) fn begins() {
    BEGUN.set(BEGUN.get() + 1);
    step(Place::PollReady);
}

/// Counts as alive.
pub(crate) struct Guard(());

impl Guard {
    pub(crate) fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

/// A service that fails its first calls, and is slow in the second one.
pub(crate) struct Flaky {
    pub(crate) failures: u32,
    calls: Arc<AtomicU32>,
    _guard: Guard,
}

impl Flaky {
    pub(crate) fn new(failures: u32) -> Self {
        Self {
            failures,
            calls: Arc::default(),
            _guard: Guard::new(),
        }
    }

    /// One more call: its number, and how long it takes.
    pub(crate) fn called(&self) -> (u32, Duration) {
        step(Place::Call);
        let number = self.calls.fetch_add(1, Relaxed) + 1;
        (number, MS * if number == 2 { 30 } else { 1 })
    }
}

impl Clone for Flaky {
    fn clone(&self) -> Self {
        step(Place::CloneService);
        Self {
            failures: self.failures,
            calls: Arc::clone(&self.calls),
            _guard: Guard::new(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) is_down: bool,
    cause: io::Error,
}

impl Fault {
    pub(crate) fn new(is_down: bool) -> Self {
        Self {
            is_down,
            cause: io::ErrorKind::ConnectionReset.into(),
        }
    }
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        step(Place::Verdict);
        Verdict::from(self.is_down)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is down")
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        step(Place::Source);
        Some(&self.cause)
    }
}

/// Opens after so many admissions.
pub(crate) struct Breaker {
    opens_at: u32,
    admitted: AtomicU32,
    heard: AtomicU32,
}

impl Breaker {
    fn new(opens_at: u32) -> Arc<Self> {
        Arc::new(Self {
            opens_at,
            admitted: AtomicU32::new(0),
            heard: AtomicU32::new(0),
        })
    }

    fn unheard(&self) -> u32 {
        self.admitted.load(Relaxed) - self.heard.load(Relaxed)
    }
}

impl Gate for Breaker {
    fn admit(&self) -> Result<Admission, Rejected> {
        step(Place::Admit);
        if self.admitted.load(Relaxed) >= self.opens_at {
            return Err(Rejected::new());
        }
        self.admitted.fetch_add(1, Relaxed);
        Ok(Admission::Normal)
    }

    fn record(&self, _: Admission, _: GateOutcome) {
        self.heard.fetch_add(1, Relaxed);
        step(Place::Record);
    }
}

/// What a client is made of.
pub(crate) struct Terms {
    pub(crate) failures: u32,
    pub(crate) hedges: bool,
    pub(crate) breaker: Arc<Breaker>,
    pub(crate) budget: Arc<Budget>,
}

/// A call: whether it has succeeded.
pub(crate) type Call = Pin<Box<dyn Future<Output = bool>>>;
/// Sends one request.
pub(crate) type Client = Box<dyn Fn() -> Call>;
pub(crate) type MakeClient = fn(&Terms) -> Client;

struct World {
    terms: Terms,
    client: Client,
    /// What the client holds itself.
    alive: i32,
    runtime: Runtime,
}

impl World {
    fn new(make: MakeClient, (failures, opens_at): (u32, u32), hedges: bool) -> Self {
        let terms = Terms {
            failures,
            hedges,
            breaker: Breaker::new(opens_at),
            // Next to nothing is earned, so that a retry more or less shows.
            budget: Arc::new(Budget::new(1).unwrap()),
        };
        let client = make(&terms);
        BEGUN.set(0);
        SEEN.take();
        Self {
            terms,
            client,
            alive: ALIVE.get(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap(),
        }
    }

    fn run(&self) -> Result<bool, Place> {
        let mut call = None;
        let run = AssertUnwindSafe(|| {
            let _entered = self.runtime.enter();
            let call = call.insert((self.client)());
            self.runtime.block_on(call)
        });
        let ran = catch_unwind(run);
        self.ends(|| drop(call));
        ran.map_err(|thrown| *thrown.downcast().expect("it comes through"))
    }

    /// What requests that are given up still have to say is said.
    fn ends(&self, end: impl FnOnce()) {
        let entered = self.runtime.enter();
        end();
        drop(entered);
        self.runtime.block_on(async {
            for _ in 0..8 {
                yield_now().await;
            }
        });
    }

    fn assert_nothing_is_left(&self, thrown: Option<Place>, told: &str) {
        assert_eq!(ALIVE.get(), self.alive, "{told}: something is alive");
        let unheard = self.terms.breaker.unheard();
        assert_eq!(unheard, 0, "{told}: the breaker waits");
        let level = self.terms.budget.level();
        let expected = 10.0 - f64::from(BEGUN.get().saturating_sub(1));
        // A retry that has succeeded has earned two, or five after a time-out.
        let is_near = |mended: f64| (-0.001..0.05).contains(&(level - expected - mended));
        assert!(
            is_near(0.0)
                || is_near(2.0)
                || is_near(5.0)
                // gRPC's attempts have begun where they clone the service.
                || thrown == Some(Place::CloneService) && is_near(-1.0),
            "{told}: the budget has {level} and not {expected}"
        );
        self.assert_it_goes_on(told);
    }

    /// The next ones are no part of this call.
    fn assert_it_goes_on(&self, told: &str) {
        SET.set(None);
        let calls = Cell::new(0);
        assert!(probe(&calls).is_err());
        assert_eq!(calls.get(), 4, "{told}: the mark of a retry is left");
        let begun = BEGUN.take();
        self.run().expect("nothing is set");
        assert!(BEGUN.replace(begun) > 0 || self.terms.breaker.opens_at < 99);
    }
}

#[retry(budget = none, sleep = |_| ())]
fn probe(calls: &Cell<u32>) -> Result<(), Fault> {
    calls.set(calls.get() + 1);
    Err(Fault::new(true))
}

/// How many calls fail, and after how many admissions the breaker opens.
const SERVICES: [(u32, u32); 4] = [(0, 99), (2, 99), (99, 99), (99, 2)];

/// Panics at each place at each time that a call comes by it, which has to be these.
pub(crate) fn panic_everywhere(make: MakeClient, expected: &[Place]) {
    let mut all = BTreeSet::new();
    for hedges in [false, true] {
        for service in SERVICES {
            let world = World::new(make, service, hedges);
            world.run().expect("nothing is set");
            let places = SEEN.take();
            world.assert_nothing_is_left(None, "without a panic");
            for (place, times) in places {
                all.insert(place);
                for time in 1..=times {
                    let world = World::new(make, service, hedges);
                    SET.set(Some((place, time)));
                    let told = format!("{place:?} at {time}, {service:?}, hedged {hedges}");
                    assert_eq!(world.run(), Err(place), "{told}");
                    world.assert_nothing_is_left(Some(place), &told);
                }
            }
        }
    }
    assert_eq!(all, expected.iter().copied().collect());
}

/// Polls a call up to so many times, a millisecond each: the call, unless it has ended.
fn polled(world: &World, polls: u32) -> Option<Call> {
    let _entered = world.runtime.enter();
    let mut call = (world.client)();
    for _ in 0..polls {
        let mut cx = Context::from_waker(Waker::noop());
        if call.as_mut().poll(&mut cx).is_ready() {
            return None;
        }
        world.runtime.block_on(tokio::time::advance(MS));
    }
    Some(call)
}

fn after_each_poll(make: MakeClient, check: impl Fn(&World, Option<Call>, &str)) {
    for hedges in [false, true] {
        for service in SERVICES {
            for polls in 0.. {
                let world = World::new(make, service, hedges);
                let call = polled(&world, polls);
                let has_ended = call.is_none();
                check(&world, call, &format!("{service:?} after {polls} polls"));
                if has_ended {
                    break;
                }
                assert!(polls < 500, "the call does not end");
            }
        }
    }
}

/// Dropped, or never polled at all.
pub(crate) fn drop_at_any_poll(make: MakeClient) {
    after_each_poll(make, |world, call, told| {
        world.ends(|| drop(call));
        world.assert_nothing_is_left(None, told);
    });
}

/// A retry that is waited for stays paid for; more than that is not lost, and other calls
/// go on.
pub(crate) fn forget_at_any_poll(make: MakeClient) {
    after_each_poll(make, |world, call, told| {
        std::mem::forget(call);
        let (level, begun) = (world.terms.budget.level(), f64::from(BEGUN.get()));
        assert!(level > 10.0 - begun - 1.01, "{told}: {level} after {begun}");
        assert!(world.terms.breaker.unheard() <= 3, "{told}");
        world.assert_it_goes_on(told);
    });
    ALIVE.set(0);
}

/// Policies with a figure or two at their extremes.
pub(crate) fn extremes() -> impl Iterator<Item = Policy> {
    const TIMES: [Duration; 3] = [Duration::ZERO, Duration::from_nanos(1), Duration::MAX];
    let limits = |of: fn(Policy, Duration) -> Policy| {
        move |policy: Policy| {
            let limited = TIMES.map(|time| of(policy, time));
            limited.into_iter().chain([policy])
        }
    };
    let backoff = |time: Duration| {
        retry_runtime::Backoff::fixed(time).unwrap_or_else(|_| retry_runtime::Backoff::none())
    };
    [0, 1, u32::MAX]
        .into_iter()
        .map(|max| Policy::DEFAULT.with_max(max))
        .flat_map(move |policy| TIMES.map(|time| policy.with_backoff(backoff(time))))
        .flat_map(limits(Policy::with_timeout))
        .flat_map(limits(Policy::with_deadline))
        .flat_map(limits(Policy::with_retry_for))
        .flat_map(limits(Policy::with_longest_pushback))
}

/// How far a clock jumps in each call, and how many calls a deadline of a minute leaves of
/// six: one that is late when it is polled next has not answered.
pub(crate) const JUMPS: [(Duration, u32); 4] = [
    (Duration::ZERO, 6),
    (Duration::from_secs(1), 6),
    (Duration::from_secs(40), 2),
    (Duration::from_secs(100 * 365 * 24 * 3600), 1),
];

/// The policy of those calls.
pub(crate) fn minute() -> Policy {
    Policy::DEFAULT
        .with_max(5)
        .with_backoff(retry_runtime::Backoff::none())
        .with_deadline(Duration::from_secs(60))
}
