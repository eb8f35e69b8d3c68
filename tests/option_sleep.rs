//! `sleep`: another timer.

mod support;

use retry_runtime::retry;
use std::cell::{Cell, RefCell};
use std::future::{Future, Ready, pending, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use support::{Calls, Fault, ms, timed};

thread_local! {
    static WAITED: RefCell<Vec<Duration>> = const { RefCell::new(Vec::new()) };
}

/// A timer that is done at once, and whose future has an output, as async-io's
/// has.
fn at_once(wait: Duration) -> Ready<Instant> {
    WAITED.with_borrow_mut(|waited| waited.push(wait));
    ready(Instant::now())
}

fn generic<const SCALE: u32>(wait: Duration) -> impl Future<Output = ()> {
    WAITED.with_borrow_mut(|waited| waited.push(wait * SCALE));
    ready(())
}

#[retry(sleep = at_once, jitter = none)]
async fn by_path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = generic::<2>, jitter = none)]
async fn by_generic(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(sleep = at_once, timeout = 1s, max = 1)]
async fn limited(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

struct Client {
    calls: Calls,
}

impl Client {
    async fn wait(wait: Duration) {
        WAITED.with_borrow_mut(|waited| waited.push(wait));
    }

    #[retry(sleep = Self::wait, jitter = none)]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

trait Clock {
    fn wait(wait: Duration);
}

struct Manual;

impl Clock for Manual {
    fn wait(wait: Duration) {
        WAITED.with_borrow_mut(|waited| waited.push(wait));
    }
}

#[retry(sleep = C::wait, jitter = none)]
fn sync<C: Clock>(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = fixed(1ms))]
fn sync_by_default(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

/// Runs a future that waits for nothing outside, without any runtime.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..100 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    panic!("waits for something that never comes");
}

#[test]
fn another_timer_needs_no_tokio() {
    WAITED.take();
    assert_eq!(run(by_path(&Calls::new())), Err(Fault::Down(4)));
    assert_eq!(WAITED.take(), [ms(100), ms(150), ms(225)]);
    assert_eq!(run(by_generic(&Calls::new())), Err(Fault::Down(4)));
    assert_eq!(WAITED.take(), [ms(200), ms(300), ms(450)]);
    let client = Client {
        calls: Calls::new(),
    };
    assert_eq!(run(client.get()), Err(Fault::Down(4)));
    assert_eq!(WAITED.take(), [ms(100), ms(150), ms(225)]);
}

/// The timer says that the time is over, and it is asked for no more than the
/// limit.
#[test]
fn the_timer_cuts_attempts_too() {
    WAITED.take();
    let calls = Calls::new();
    assert!(matches!(run(limited(&calls)), Err(Fault::Late(_))));
    assert_eq!(calls.count(), 2);
    let waited = WAITED.take();
    assert_eq!(waited.len(), 3, "two attempts and the delay between");
    assert!(waited.iter().all(|wait| *wait <= ms(1000)), "{waited:?}");
}

#[test]
fn a_sync_function_takes_one_that_blocks() {
    WAITED.take();
    assert_eq!(sync::<Manual>(&Calls::new()), Err(Fault::Down(4)));
    assert_eq!(WAITED.take(), [ms(100), ms(150), ms(225)]);
}

#[test]
fn a_sync_function_blocks_its_thread_by_default() {
    let start = Instant::now();
    assert_eq!(sync_by_default(&Calls::new()), Err(Fault::Down(4)));
    // Half a millisecond or more, three times: a lower bound, which no load
    // on the machine can break.
    assert!(start.elapsed() >= Duration::from_micros(1500));
}

#[retry(jitter = none)]
async fn by_default(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn tokios_timer_is_the_default() {
    let (outcome, took) = timed(by_default(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(4)));
    assert_eq!(took, ms(475));
}

/// A timer of the call's own would be made in vain where the first attempt
/// succeeds.
#[retry(sleep = counted)]
async fn at_first(calls: &Calls) -> Result<u32, Fault> {
    Ok(calls.next())
}

thread_local! {
    static TIMERS: Cell<u32> = const { Cell::new(0) };
}

fn counted(_: Duration) -> Ready<()> {
    TIMERS.set(TIMERS.get() + 1);
    ready(())
}

#[test]
fn a_success_makes_no_timer() {
    TIMERS.set(0);
    assert_eq!(run(at_first(&Calls::new())), Ok(1));
    assert_eq!(TIMERS.get(), 0);
}

/// A clock that writes down what it is asked for.
#[derive(Default)]
struct Diary(RefCell<Vec<Duration>>);

impl Diary {
    async fn sleep(&self, wait: Duration) {
        self.0.borrow_mut().push(wait);
        tokio::time::sleep(wait).await;
    }

    fn block(&self, wait: Duration) {
        self.0.borrow_mut().push(wait);
    }
}

#[derive(Default)]
struct Clocked {
    clock: Diary,
    calls: Calls,
    count: u32,
}

impl Clocked {
    #[retry(sleep = |wait| self.clock.sleep(wait), jitter = none, max = 2, budget = none)]
    async fn lent(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(sleep = |wait| self.clock.sleep(wait), jitter = none, max = 1, budget = none)]
    async fn lent_between(&mut self) -> Result<u32, Fault> {
        self.count += 1;
        self.calls.fail()
    }

    #[retry(sleep = |wait| self.clock.sleep(wait), timeout = 70ms, jitter = none, max = 1, budget = none)]
    async fn limited(&mut self) -> Result<u32, Fault> {
        self.count += 1;
        self.calls.next();
        pending().await
    }

    #[retry(sleep = |wait| self.clock.block(wait), jitter = none, max = 2, budget = none)]
    fn sync(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(hedge = 50ms, sleep = |wait| { let twice = wait * 2; self.clock.sleep(twice) }, budget = none)]
    async fn hedged(&self) -> Result<u32, Fault> {
        if self.calls.next() == 1 {
            pending::<()>().await;
        }
        Ok(self.calls.count())
    }
}

#[tokio::test(start_paused = true)]
async fn a_closure_may_lend_self() {
    let mut client = Clocked::default();
    let (outcome, took) = timed(client.lent()).await;
    assert_eq!((outcome, took), (Err(Fault::Down(3)), ms(250)));
    assert_eq!(client.clock.0.take(), [ms(100), ms(150)]);
    assert_eq!(client.lent_between().await, Err(Fault::Down(5)));
    assert_eq!(client.clock.0.take(), [ms(100)]);
    let (_, took) = timed(client.limited()).await;
    assert_eq!(took, ms(70 + 100 + 70));
    assert_eq!(client.clock.0.take(), [ms(70), ms(100), ms(70)]);
    assert_eq!(client.count, 4);
    assert_eq!(client.sync(), Err(Fault::Down(10)));
    assert_eq!(client.clock.0.take(), [ms(100), ms(150)]);
}

#[tokio::test(start_paused = true)]
async fn in_a_hedged_call_too() {
    let client = Clocked::default();
    let (outcome, took) = timed(client.hedged()).await;
    assert_eq!((outcome, took), (Ok(2), ms(100)));
}
