//! `notify`: what is told of failed attempts that are retried.

mod outage;
mod support;

use outage::{Breaker, Door};
use retry_runtime::{Failure, Verdict, retry};
use std::cell::RefCell;
use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;
use support::{Calls, Fault, ms};
use tokio::time::sleep;

/// The number of the failed attempt, its error, and the wait.
type Told = (u32, Option<Fault>, Duration);

#[derive(Default)]
struct Log(RefCell<Vec<Told>>);

impl Log {
    fn tell(&self, failure: Failure<'_, Fault>) {
        let told = (failure.attempt(), failure.error().cloned(), failure.delay());
        self.0.borrow_mut().push(told);
    }

    fn told(&self) -> Vec<Told> {
        self.0.take()
    }
}

#[retry(max = 3, jitter = none, budget = none, notify = |failure| log.tell(failure))]
async fn down(calls: &Calls, log: &Log, failures: u32) -> Result<u32, Fault> {
    calls.fail_first(failures)
}

#[retry(max = 1, on = |_| Verdict::transient().with_pushback(ms(700)), budget = none, notify = |failure| {
    if failure.attempt() > 1 {
        return;
    }
    assert_eq!(failure.verdict().pushback(), Some(ms(700)));
    log.tell(failure);
})]
async fn pushed_back(calls: &Calls, log: &Log) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 2, backoff = none, budget = none, on_ok = |number| *number < 3, notify = |failure| log.tell(failure))]
async fn judged(calls: &Calls, log: &Log) -> Result<u32, Fault> {
    Ok(calls.next())
}

#[retry(max = 5, backoff = none, budget = none, until = |number| *number > 3, notify = |failure| log.tell(failure))]
async fn polled(calls: &Calls, log: &Log) -> Result<u32, Fault> {
    match calls.next() {
        2 => Err(Fault::Down(2)),
        number => Ok(number),
    }
}

#[retry(max = 2, backoff = none, budget = none, sleep = support::skip, notify = |failure| log.tell(failure))]
fn sync(calls: &Calls, log: &Log) -> Result<u32, Fault> {
    calls.fail()
}

struct Client {
    told: u32,
    calls: Calls,
}

impl Client {
    #[retry(max = 2, backoff = none, budget = none, notify = |failure| self.told += failure.attempt())]
    async fn lent(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

fn by_path(failure: Failure<'_, Fault>) {
    PATH.lock().unwrap().push(failure.attempt());
}

static PATH: Mutex<Vec<u32>> = Mutex::new(Vec::new());

#[retry(max = 2, backoff = none, budget = none, notify = by_path)]
async fn path(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 1, backoff = none, budget = none, breaker = breaker, rejected = |_| Fault::Bad(0), notify = |failure| log.tell(failure))]
async fn guarded(calls: &Calls, log: &Log, breaker: &Breaker) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(max = 3, hedge = 50ms, backoff = fixed(300ms), jitter = none, budget = none, notify = |failure| {
    log.lock().unwrap().push((failure.attempt(), failure.error().cloned(), failure.delay()));
})]
async fn hedged(calls: &Calls, log: &Mutex<Vec<Told>>) -> Result<u32, Fault> {
    match calls.next() {
        1 => {
            sleep(ms(200)).await;
            Ok(1)
        }
        number => Err(Fault::Down(number)),
    }
}

fn is_send(_: &impl Send) {}

#[retry(max = 1, hedge = 50ms, notify = |failure| assert!(failure.attempt() > 0))]
async fn hedged_and_generic<T: Send + Sync>(value: T) -> Result<(), Fault> {
    let _ = &value;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn it_is_told_of_each_failure_that_is_retried_and_of_no_other() {
    let log = Log::default();
    assert_eq!(down(&Calls::new(), &log, 2).await, Ok(3));
    let expected = [
        (1, Some(Fault::Down(1)), ms(100)),
        (2, Some(Fault::Down(2)), ms(150)),
    ];
    assert_eq!(log.told(), expected);
    // The last of four is the end of the call.
    assert!(down(&Calls::new(), &log, 9).await.is_err());
    assert_eq!(log.told().len(), 3);
    assert_eq!(down(&Calls::new(), &log, 0).await, Ok(1));
    assert_eq!(log.told(), []);
}

#[tokio::test(start_paused = true)]
async fn it_runs_before_the_wait() {
    let (calls, log) = (Calls::new(), Log::default());
    let call = std::pin::pin!(down(&calls, &log, 9));
    let waits = tokio::time::timeout(ms(50), call).await;
    assert!(waits.is_err(), "it waits 100 ms");
    assert_eq!(log.told().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_sees_the_push_back_and_may_return() {
    let log = Log::default();
    assert!(pushed_back(&Calls::new(), &log).await.is_err());
    assert_eq!(log.told(), [(1, Some(Fault::Down(1)), ms(700))]);
}

#[tokio::test(start_paused = true)]
async fn a_judged_response_has_no_error_and_not_yet_is_no_failure() {
    let log = Log::default();
    assert_eq!(judged(&Calls::new(), &log).await, Ok(3));
    assert_eq!(log.told(), [(1, None, ms(0)), (2, None, ms(0))]);
    assert_eq!(polled(&Calls::new(), &log).await, Ok(4));
    assert_eq!(log.told(), [(2, Some(Fault::Down(2)), ms(0))]);
}

#[tokio::test(start_paused = true)]
async fn it_may_change_what_is_lent_and_be_a_path() {
    let mut client = Client {
        told: 0,
        calls: Calls::new(),
    };
    assert!(client.lent().await.is_err());
    assert_eq!(client.told, 1 + 2);
    assert!(path(&Calls::new()).await.is_err());
    assert_eq!(*PATH.lock().unwrap(), [1, 2]);
}

#[test]
fn a_sync_function_has_it_too() {
    let log = Log::default();
    assert_eq!(sync(&Calls::new(), &log), Err(Fault::Down(3)));
    assert_eq!(log.told().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_not_told() {
    let (calls, log) = (Calls::new(), Log::default());
    assert!(
        guarded(&calls, &log, &Breaker::new(Door::Open))
            .await
            .is_err()
    );
    assert_eq!(log.told(), []);
    assert!(
        guarded(&calls, &log, &Breaker::new(Door::Closed))
            .await
            .is_err()
    );
    assert_eq!(log.told().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn in_hedged_calls_it_is_told_of_retries_and_not_of_hedges() {
    let log = Mutex::default();
    assert_eq!(hedged(&Calls::new(), &log).await, Ok(1));
    let expected = [(2, Some(Fault::Down(2)), ms(300))];
    assert_eq!(*log.lock().unwrap(), expected);
    is_send(&hedged(&Calls::new(), &log));
    is_send(&hedged_and_generic(5));
    assert_eq!(hedged_and_generic(5).await, Ok(()));
}

/// The future holds nothing for it.
#[test]
fn it_takes_no_room() {
    fn size<F: Future>(_: &F) -> usize {
        size_of::<F>()
    }
    #[retry(max = 3, jitter = none, budget = none)]
    async fn without(calls: &Calls, log: &Log, failures: u32) -> Result<u32, Fault> {
        let _log = log;
        calls.fail_first(failures)
    }
    let (calls, log) = (Calls::new(), Log::default());
    let (with, without) = (down(&calls, &log, 1), without(&calls, &log, 1));
    assert_eq!(size(&with), size(&without));
}
