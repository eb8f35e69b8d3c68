//! `policy`: a shared or reloadable policy, and keys that override it.

mod support;

use arc_swap::ArcSwap;
use retry_runtime::{Backoff, Jitter, Policy, retry};
use std::future::pending;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};

const POLICY: Policy = Policy::DEFAULT.with_max(5).with_jitter(Jitter::NONE);
static SHARED: Policy = Policy::DEFAULT.with_max(1);
static LIMITED: Policy = Policy::DEFAULT
    .with_max(2)
    .with_backoff(Backoff::none())
    .with_timeout(ms(100))
    .with_deadline(ms(250));

#[retry(policy = &POLICY, sleep = support::sleep)]
async fn by_const(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = &SHARED)]
async fn by_static(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = policy, sleep = support::sleep)]
async fn by_argument(calls: &Calls, policy: &Policy) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_says_how_to_retry() {
    let (outcome, asked) = recorded(by_const(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(6)));
    let exact = [100_000, 150_000, 225_000, 337_500, 506_250].map(support::us);
    // Deadline and timeout are not set, so the timer is asked for delays alone.
    assert_eq!(asked, exact);
    assert_eq!(by_static(&Calls::new()).await, Err(Fault::Down(2)));
    let once = Policy::DEFAULT.with_max(0);
    assert_eq!(by_argument(&Calls::new(), &once).await, Err(Fault::Down(1)));
}

#[retry(policy = &LIMITED)]
async fn hanging(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn its_timeout_and_deadline_cut() {
    let calls = Calls::new();
    let (outcome, took) = timed(hanging(&calls)).await;
    assert!(matches!(outcome, Err(Fault::Late(elapsed)) if elapsed.is_deadline()));
    assert_eq!((calls.count(), took), (3, ms(250)));
}

#[retry(policy = &POLICY, max = 2, sleep = support::sleep)]
async fn other_max(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = &POLICY, backoff = fixed(5ms), sleep = support::sleep)]
async fn other_backoff(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = &POLICY, backoff = [ms(1), ms(2)], sleep = support::sleep)]
async fn other_delays(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = &POLICY, jitter = full, backoff = fixed(1s), sleep = support::sleep)]
async fn other_jitter(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(policy = &LIMITED, timeout = 30ms)]
async fn other_timeout(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[retry(policy = &LIMITED, deadline = 20ms)]
async fn other_deadline(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[retry(policy = &LIMITED, timeout = None::<Duration>)]
async fn no_timeout(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[retry(policy = &LIMITED, deadline = None::<Duration>)]
async fn no_deadline(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn other_keys_override_it_one_by_one() {
    let (outcome, asked) = recorded(other_max(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(3)));
    assert_eq!(asked, [ms(100), ms(150)], "the rest stays");
    let (outcome, asked) = recorded(other_backoff(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(6)));
    assert_eq!(asked, [ms(5); 5]);
    let (outcome, asked) = recorded(other_delays(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(3)));
    assert_eq!(asked, [ms(1), ms(2)]);
    let (_, asked) = recorded(other_jitter(&Calls::new())).await;
    assert_eq!(asked.len(), 5);
    assert!(asked.iter().all(|wait| *wait < ms(1000)), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn limits_override_its_limits() {
    let calls = Calls::new();
    let (_, took) = timed(other_timeout(&calls)).await;
    assert_eq!((calls.count(), took), (3, ms(90)));
    let calls = Calls::new();
    let (_, took) = timed(other_deadline(&calls)).await;
    assert_eq!((calls.count(), took), (1, ms(20)));
    let calls = Calls::new();
    let (_, took) = timed(no_timeout(&calls)).await;
    assert_eq!((calls.count(), took), (1, ms(250)));
    let calls = Calls::new();
    let (_, took) = timed(no_deadline(&calls)).await;
    assert_eq!((calls.count(), took), (3, ms(300)));
}

struct Client {
    policy: Policy,
    calls: Calls,
}

impl Client {
    #[retry(policy = &self.policy)]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(policy = &self.policy, before_retry = |_| self.policy = Policy::DEFAULT)]
    async fn lent(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(policy = &self.policy, sleep = support::skip)]
    fn sync(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[tokio::test(start_paused = true)]
async fn a_field_serves_without_keeping_self_borrowed() {
    let client = || Client {
        policy: Policy::DEFAULT.with_max(1),
        calls: Calls::new(),
    };
    assert_eq!(client().get().await, Err(Fault::Down(2)));
    assert_eq!(client().sync(), Err(Fault::Down(2)));
    assert_eq!(client().lent().await, Err(Fault::Down(2)));
}

struct Reloadable {
    mutex: Mutex<Policy>,
    lock: RwLock<Policy>,
    swap: ArcSwap<Policy>,
    shared: Arc<Policy>,
    once: OnceLock<Policy>,
    watched: tokio::sync::watch::Receiver<Policy>,
    calls: Calls,
}

impl Reloadable {
    #[retry(policy = &self.mutex.lock().expect("no panic"))]
    async fn by_mutex(&self) -> Result<u32, Fault> {
        assert!(self.mutex.try_lock().is_ok(), "the guard is gone");
        self.calls.fail()
    }

    #[retry(policy = &self.lock.read().expect("no panic"))]
    async fn by_lock(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(policy = &self.swap.load(), budget = none)]
    async fn by_swap(&self) -> Result<u32, Fault> {
        if self.calls.next() == 1 {
            self.swap.store(Arc::new(Policy::DEFAULT.with_max(9)));
        }
        Err(Fault::Down(self.calls.count()))
    }

    #[retry(policy = &self.shared)]
    async fn by_arc(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(policy = self.once.get_or_init(|| Policy::DEFAULT.with_max(2)))]
    async fn by_once(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(policy = &self.watched.borrow())]
    async fn by_watch(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

fn reloadable() -> Arc<Reloadable> {
    let policy = Policy::DEFAULT.with_max(2);
    Arc::new(Reloadable {
        mutex: Mutex::new(policy),
        lock: RwLock::new(policy),
        swap: ArcSwap::from_pointee(policy),
        shared: Arc::new(policy),
        once: OnceLock::new(),
        watched: tokio::sync::watch::channel(policy).1,
        calls: Calls::new(),
    })
}

/// Spawned, so that no guard may be kept while something is waited for.
#[tokio::test(start_paused = true)]
async fn a_guard_serves_and_is_let_go_at_once() {
    macro_rules! outcome {
        ($method:ident) => {{
            let client = reloadable();
            let call = tokio::spawn(async move { client.$method().await });
            call.await.expect("no panic")
        }};
    }
    let expected = Err(Fault::Down(3));
    assert_eq!(outcome!(by_mutex), expected);
    assert_eq!(outcome!(by_lock), expected);
    assert_eq!(outcome!(by_swap), expected);
    assert_eq!(outcome!(by_arc), expected);
    assert_eq!(outcome!(by_once), expected);
    assert_eq!(outcome!(by_watch), expected);
}

#[tokio::test(start_paused = true)]
async fn a_reload_counts_from_the_next_call_on() {
    let client = reloadable();
    assert_eq!(client.by_swap().await, Err(Fault::Down(3)));
    assert_eq!(client.by_swap().await, Err(Fault::Down(13)));
}

#[tokio::test(start_paused = true)]
async fn limits_that_do_not_fit_are_no_trouble() {
    let odd = Policy::DEFAULT.with_timeout(ms(500)).with_deadline(ms(50));
    assert!(odd.check().is_err());
    let calls = Calls::new();
    assert_eq!(by_argument(&calls, &odd).await, Err(Fault::Down(1)));
}

/// An error that no time-out can become.
#[derive(Debug, PartialEq)]
struct Opaque(u32);

#[retry(policy = policy, timeout = none, deadline = none, on = |_| true)]
async fn without_limits(calls: &Calls, policy: &Policy) -> Result<u32, Opaque> {
    tokio::time::sleep(Duration::from_secs(5)).await;
    Err(Opaque(calls.next()))
}

#[tokio::test(start_paused = true)]
async fn without_its_limits_it_needs_no_elapsed() {
    let second = Duration::from_secs(1);
    let policy = Policy::DEFAULT
        .with_max(1)
        .with_timeout(second)
        .with_deadline(2 * second);
    assert_eq!(without_limits(&Calls::new(), &policy).await, Err(Opaque(2)));
}
