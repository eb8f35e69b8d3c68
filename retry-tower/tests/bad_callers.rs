//! Callers whose own code goes wrong, in the layer for any service: whatever of it
//! panics, at any time, comes through, and leaves no value, no retry that is paid for, no
//! admission and no mark of a retry behind. And it may use the layer itself.

use retry_runtime::gate::{Admission, Gate, GateOutcome, Rejected};
use retry_runtime::{Backoff, Budget, Policy, Transient, Verdict, retry};
use retry_tower::{Hedging, RetryLayer, Unanswered};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::sleep;
use tower::{Layer, Service, ServiceExt};

const MS: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    PolicyOf,
    KeyOf,
    CloneRequest,
    CloneService,
    PollReady,
    Call,
    Response,
    Verdict,
    Unanswered,
    Admit,
    Record,
}

thread_local! {
    static SEEN: RefCell<BTreeMap<Place, u32>> = const { RefCell::new(BTreeMap::new()) };
    static SET: Cell<Option<(Place, u32)>> = const { Cell::new(None) };
    static ALIVE: Cell<i32> = const { Cell::new(0) };
    /// Attempts that were polled.
    static BEGUN: Cell<u32> = const { Cell::new(0) };
}

fn step(place: Place) {
    let times = SEEN.with_borrow_mut(|seen| {
        let times = seen.entry(place).or_default();
        *times += 1;
        *times
    });
    if SET.get() == Some((place, times)) {
        resume_unwind(Box::new(place));
    }
}

/// Counts as alive.
struct Guard;

impl Guard {
    fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

struct Request(Guard);

impl Clone for Request {
    fn clone(&self) -> Self {
        step(Place::CloneRequest);
        Self(Guard::new())
    }
}

#[derive(Debug, PartialEq)]
enum Fault {
    Down,
    Late,
}

impl Transient for Fault {
    fn verdict(&self) -> Verdict {
        step(Place::Verdict);
        Verdict::from(*self == Fault::Down)
    }
}

/// Fails its first calls, and is slow in the second one.
struct Flaky {
    failures: u32,
    calls: Arc<AtomicU32>,
    _guard: Guard,
}

impl Flaky {
    fn new(failures: u32) -> Self {
        Self {
            failures,
            calls: Arc::default(),
            _guard: Guard::new(),
        }
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

impl Service<Request> for Flaky {
    type Response = u32;
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<u32, Fault>>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        BEGUN.set(BEGUN.get() + 1);
        step(Place::PollReady);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        step(Place::Call);
        let number = self.calls.fetch_add(1, Relaxed) + 1;
        let (failures, guard) = (self.failures, Guard::new());
        Box::pin(async move {
            let _held = (request.0, guard);
            sleep(MS * if number == 2 { 30 } else { 1 }).await;
            step(Place::Response);
            if number > failures {
                Ok(number)
            } else {
                Err(Fault::Down)
            }
        })
    }
}

/// Opens after so many admissions.
struct Breaker {
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

struct World {
    breaker: Arc<Breaker>,
    budget: Arc<Mutex<Option<Arc<Budget>>>>,
    hedges: bool,
    failures: u32,
}

impl World {
    fn new(failures: u32, opens_at: u32, hedges: bool) -> Self {
        let breaker = Breaker::new(opens_at);
        BEGUN.set(0);
        Self {
            breaker,
            budget: Arc::default(),
            hedges,
            failures,
        }
    }

    /// Boxed, since each closure makes another type.
    fn call(&self) -> Pin<Box<dyn Future<Output = Result<u32, Fault>>>> {
        let budget = Arc::new(Budget::new(1).unwrap());
        *self.budget.lock().unwrap() = Some(Arc::clone(&budget));
        let mut layer = RetryLayer::by(|_: &Request| {
            step(Place::PolicyOf);
            Policy::DEFAULT
                .with_backoff(Backoff::fixed(5 * MS).unwrap())
                .with_timeout(20 * MS)
        })
        .unanswered(|_: Unanswered| {
            step(Place::Unanswered);
            Fault::Late
        })
        .budget(budget)
        .breaker(Arc::clone(&self.breaker));
        if self.hedges {
            layer = layer.hedge(Hedging::after(4 * MS).at_most(2));
        }
        Box::pin(
            layer
                .layer(Flaky::new(self.failures))
                .oneshot(Request(Guard::new())),
        )
    }

    fn level(&self) -> f64 {
        let budget = self.budget.lock().unwrap();
        budget.as_ref().map_or(10.0, |budget| budget.level())
    }

    fn assert_nothing_is_left(&self, told: &str) {
        assert_eq!(ALIVE.get(), 0, "{told}: something is alive");
        assert_eq!(self.breaker.unheard(), 0, "{told}: the breaker waits");
        let (level, expected) = (
            self.level(),
            10.0 - f64::from(BEGUN.get().saturating_sub(1)),
        );
        // A retry that has succeeded has earned two, or five after a time-out.
        let is_near = |mended: f64| (-0.001..0.05).contains(&(level - expected - mended));
        assert!(
            is_near(0.0) || is_near(2.0) || is_near(5.0),
            "{told}: the budget has {level} and not {expected}"
        );
        SET.set(None);
        let calls = Cell::new(0);
        assert!(probe(&calls).is_err());
        assert_eq!(calls.get(), 4, "{told}: the mark of a retry is left");
        SEEN.take();
    }
}

#[retry(budget = none, sleep = |_| ())]
fn probe(calls: &Cell<u32>) -> Result<(), Fault> {
    calls.set(calls.get() + 1);
    Err(Fault::Down)
}

fn run(world: &World) -> Result<bool, Place> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let run = AssertUnwindSafe(|| runtime.block_on(async { world.call().await.is_ok() }));
    catch_unwind(run).map_err(|thrown| *thrown.downcast().expect("it comes through"))
}

const WORLDS: [(u32, u32); 4] = [(0, 99), (2, 99), (99, 99), (99, 2)];

#[test]
fn a_panic_comes_through_and_leaves_nothing_behind() {
    let mut all = BTreeMap::<Place, u32>::new();
    for hedges in [false, true] {
        for (failures, opens_at) in WORLDS {
            let world = World::new(failures, opens_at, hedges);
            run(&world).expect("nothing is set");
            let places = SEEN.take();
            world.assert_nothing_is_left("without a panic");
            for (place, times) in places {
                *all.entry(place).or_default() += times;
                for time in 1..=times {
                    let world = World::new(failures, opens_at, hedges);
                    SET.set(Some((place, time)));
                    let told = format!("{place:?} at {time}, {failures} failures, hedged {hedges}");
                    assert_eq!(run(&world), Err(place), "{told}");
                    world.assert_nothing_is_left(&told);
                }
            }
        }
    }
    assert_eq!(all.len(), 10, "{all:?}");
}

/// Dropped, or never polled at all.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_poll_leaves_nothing_behind() {
    for hedges in [false, true] {
        for (failures, opens_at) in WORLDS {
            for polls in 0.. {
                let world = World::new(failures, opens_at, hedges);
                let mut call = world.call();
                let mut ended = false;
                for _ in 0..polls {
                    let mut cx = Context::from_waker(Waker::noop());
                    ended = call.as_mut().poll(&mut cx).is_ready();
                    if ended {
                        break;
                    }
                    tokio::time::advance(MS).await;
                }
                drop(call);
                world.assert_nothing_is_left(&format!("after {polls} polls"));
                if ended {
                    break;
                }
                assert!(polls < 500, "the call does not end");
            }
        }
    }
}

/// What makes the budget of a key sends a request itself, which wants a budget, too.
#[tokio::test]
async fn the_maker_of_budgets_may_use_the_layer() {
    type Client = tower::util::BoxCloneService<Request, u32, Fault>;
    static DEPTH: AtomicU32 = AtomicU32::new(0);
    thread_local! {
        static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
    }
    let make = || {
        if let Some(client) = CLIENT.take() {
            DEPTH.fetch_add(1, Relaxed);
            let mut call = Box::pin(client.oneshot(Request(Guard::new())));
            assert!(
                call.as_mut()
                    .poll(&mut Context::from_waker(Waker::noop()))
                    .is_pending()
            );
        }
        Budget::standard()
    };
    let layer = RetryLayer::new(Policy::DEFAULT)
        .untimed()
        .budget_per(|_: &Request| step(Place::KeyOf), make);
    let server = tower::service_fn(|_: Request| async {
        sleep(MS).await;
        Ok::<u32, Fault>(1)
    });
    let client = layer.layer(server);
    CLIENT.set(Some(Client::new(client.clone())));
    assert_eq!(client.oneshot(Request(Guard::new())).await, Ok(1));
    assert_eq!(DEPTH.load(Relaxed), 1);
}
