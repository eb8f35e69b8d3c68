//! `before_retry`: what runs after the delay and before the attempt.

mod support;

use retry_runtime::{Attempt, retry};
use std::cell::{Cell, RefCell};
use std::future::{Future, pending, ready};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::{Calls, Fault, ms, timed};
use tokio::time::sleep;

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with_borrow_mut(|log| log.push(line.into()));
}

fn logged() -> Vec<String> {
    LOG.take()
}

async fn logged_sleep(wait: Duration) {
    log("delay");
    sleep(wait).await;
}

#[retry(max = 2, sleep = logged_sleep, before_retry = |retry| {
    log(format!("hook {}", retry.number()));
    assert!(retry.is_retry());
})]
async fn ordered(calls: &Calls) -> Result<u32, Fault> {
    log(format!("attempt {}", calls.next()));
    Err(Fault::Down(calls.count()))
}

#[tokio::test(start_paused = true)]
async fn it_runs_between_the_delay_and_the_attempt() {
    logged();
    assert_eq!(ordered(&Calls::new()).await, Err(Fault::Down(3)));
    let expected = [
        "attempt 1",
        "delay",
        "hook 2",
        "attempt 2",
        "delay",
        "hook 3",
        "attempt 3",
    ];
    assert_eq!(logged(), expected);
}

#[retry(before_retry = |_| log("hook"))]
async fn first_time(calls: &Calls) -> Result<u32, Fault> {
    Ok(calls.next())
}

#[tokio::test(start_paused = true)]
async fn it_does_not_run_before_the_first_attempt() {
    logged();
    assert_eq!(first_time(&Calls::new()).await, Ok(1));
    assert!(logged().is_empty());
}

#[derive(Default)]
struct Client {
    calls: Calls,
    reconnects: u32,
    healthy_after: u32,
}

impl Client {
    fn connect(&self) -> Result<u32, Fault> {
        self.calls.next();
        if self.reconnects >= self.healthy_after {
            Ok(self.reconnects)
        } else {
            Err(Fault::Down(self.calls.count()))
        }
    }

    fn touch(&mut self) {
        self.reconnects += 1;
    }

    async fn reconnect(&mut self) {
        sleep(ms(10)).await;
        self.reconnects += 1;
    }

    async fn try_reconnect(&mut self) -> Result<(), Fault> {
        self.reconnect().await;
        match self.reconnects {
            1 => Err(Fault::Down(101)),
            2 => Err(Fault::Bad(102)),
            _ => Ok(()),
        }
    }

    #[retry(before_retry = |_| self.touch())]
    async fn plain(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |_| self.reconnect())]
    async fn future(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = async |_| self.reconnect().await)]
    async fn async_closure(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |_| { sleep(ms(1)).await; self.reconnect().await; self.touch() })]
    async fn block(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |_| self.try_reconnect(), backoff = none)]
    async fn fallible(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |_| { self.try_reconnect().await?; self.touch(); Ok(()) }, backoff = none)]
    async fn fallible_block(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |_| { if self.reconnects == 1 { return Err(Fault::Bad(7)); } self.touch(); Ok(()) })]
    async fn returning(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    #[retry(before_retry = |retry| self.touch_if(&retry), sleep = support::skip)]
    fn sync(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    fn touch_if(&mut self, retry: &Attempt) {
        if retry.number() > 2 {
            self.touch();
        }
    }

    #[retry(before_retry = |_| { self.fail_once()?; Ok(()) }, sleep = support::skip)]
    fn sync_fallible(&mut self) -> Result<u32, Fault> {
        self.connect()
    }

    fn fail_once(&mut self) -> Result<(), Fault> {
        self.reconnects += 1;
        if self.reconnects == 1 {
            Err(Fault::Down(0))
        } else {
            Ok(())
        }
    }
}

fn client(healthy_after: u32) -> Client {
    Client {
        healthy_after,
        ..Client::default()
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_use_mut_self() {
    assert_eq!(client(2).plain().await, Ok(2));
    assert_eq!(client(2).future().await, Ok(2));
    assert_eq!(client(2).async_closure().await, Ok(2));
    assert_eq!(client(4).block().await, Ok(4));
    let mut client = client(9);
    assert_eq!(client.plain().await, Err(Fault::Down(4)));
    assert_eq!(client.reconnects, 3);
}

#[tokio::test(start_paused = true)]
async fn it_is_awaited() {
    let (outcome, took) = timed(client(1).future()).await;
    assert_eq!(outcome, Ok(1));
    assert!((ms(60)..=ms(110)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn its_error_is_the_outcome_of_that_retry() {
    // Attempt 1 fails, retry 1 is the hook's `Down`, retry 2 its `Bad`.
    let mut client = client(9);
    assert_eq!(client.fallible().await, Err(Fault::Bad(102)));
    assert_eq!(client.calls.count(), 1, "the body did not run again");
    assert_eq!(client.reconnects, 2);
}

#[tokio::test(start_paused = true)]
async fn question_marks_and_returns_end_the_hook_alone() {
    let mut early = client(9);
    assert_eq!(early.fallible_block().await, Err(Fault::Bad(102)));
    assert_eq!((early.calls.count(), early.reconnects), (1, 2));
    let mut returning = client(9);
    assert_eq!(returning.returning().await, Err(Fault::Bad(7)));
    assert_eq!((returning.calls.count(), returning.reconnects), (2, 1));
}

#[test]
fn a_sync_function_runs_it_alike() {
    assert_eq!(client(2).sync(), Ok(2));
    let mut client = client(2);
    assert_eq!(client.sync_fallible(), Ok(2));
    assert_eq!(client.calls.count(), 2, "one retry ended in the hook");
}

#[retry(
    max = 2,
    backoff = none,
    before_retry = |retry| ready(Err(Fault::Down(100 + retry.number()))),
    on = |fault| { seen.borrow_mut().push(fault.clone()); true },
)]
async fn always(calls: &Calls, seen: &RefCell<Vec<Fault>>) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn its_error_goes_through_on_and_counts_as_an_attempt() {
    let (calls, seen) = (Calls::new(), RefCell::default());
    assert_eq!(always(&calls, &seen).await, Err(Fault::Down(103)));
    assert_eq!(calls.count(), 1);
    assert_eq!(seen.take(), [1, 102, 103].map(Fault::Down));
}

#[retry(deadline = 1s, jitter = none, backoff = fixed(100ms), before_retry = |_| pending::<()>())]
async fn stuck(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_it() {
    let calls = Calls::new();
    let (outcome, took) = timed(stuck(&calls)).await;
    assert!(matches!(outcome, Err(Fault::Late(elapsed)) if elapsed.is_deadline()));
    assert_eq!(calls.count(), 1);
    assert_eq!(took, ms(1000));
}

#[retry(timeout = 100ms, backoff = none, max = 1, before_retry = |retry| {
    left.borrow_mut().push(retry.remaining());
    sleep(ms(300)).await
}, attempt = at)]
async fn long_hook(calls: &Calls, left: &RefCell<Vec<Option<Duration>>>) -> Result<u32, Fault> {
    left.borrow_mut().push(at.remaining());
    sleep(ms(90)).await;
    calls.fail_first(1)
}

/// A token that takes longer to refresh than an attempt may take.
#[tokio::test(start_paused = true)]
async fn its_time_is_not_taken_from_the_attempts_timeout() {
    let left = RefCell::default();
    let (outcome, took) = timed(long_hook(&Calls::new(), &left)).await;
    assert_eq!(outcome, Ok(2));
    assert_eq!(took, ms(90 + 300 + 90));
    // The hook itself is limited by the deadline alone.
    assert_eq!(left.take(), [Some(ms(100)), None, Some(ms(100))]);
}

#[retry(deadline = 1s, backoff = none, max = 1, before_retry = |retry| {
    assert_eq!(retry.remaining(), Some(ms(900)));
    sleep(ms(300)).await
}, attempt = at)]
async fn under_deadline(calls: &Calls) -> Result<Option<Duration>, Fault> {
    sleep(ms(100)).await;
    calls.fail_first(1).map(|_| at.remaining())
}

#[tokio::test(start_paused = true)]
async fn it_is_told_how_much_of_the_deadline_is_left() {
    // 1000 - 100 - 300, and the second attempt has slept 100.
    assert_eq!(under_deadline(&Calls::new()).await, Ok(Some(ms(500))));
}

#[async_trait::async_trait]
trait Rpc {
    async fn get(&mut self, id: u32) -> Result<u32, Fault>;
}

#[async_trait::async_trait]
impl Rpc for Client {
    #[retry(before_retry = |_| { self.reconnect().await; Ok(()) }, max = self.healthy_after)]
    async fn get(&mut self, id: u32) -> Result<u32, Fault> {
        self.connect().map(|reconnects| reconnects + id)
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_use_self_under_async_trait() {
    assert_eq!(client(5).get(10).await, Ok(15));
}

struct Shared {
    calls: Calls,
    refreshes: Calls,
}

impl Shared {
    async fn refresh(&self, tenant: &str) -> Result<(), Fault> {
        assert_eq!(tenant, "acme");
        self.refreshes.next();
        Ok(())
    }

    #[retry(before_retry = |_| self.refresh(&tenant))]
    async fn get(self: Arc<Self>, tenant: String) -> Result<u32, Fault> {
        assert_eq!(tenant, "acme");
        self.calls.fail_first(2)
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_use_the_arguments_and_be_spawned() {
    let shared = Arc::new(Shared {
        calls: Calls::new(),
        refreshes: Calls::new(),
    });
    let call = tokio::spawn(Arc::clone(&shared).get("acme".to_owned()));
    assert_eq!(call.await.expect("no panic"), Ok(3));
    assert_eq!(shared.refreshes.count(), 2);
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[retry(before_retry = |_| sleep(ms(1)), on = |error| **error < 3)]
async fn local_error(calls: &Calls) -> Result<u32, Rc<u32>> {
    sleep(ms(1)).await;
    Err(Rc::new(calls.next()))
}

/// No error lives while something is waited for, so it need not be `Send`.
#[tokio::test(start_paused = true)]
async fn the_future_is_send_though_the_error_is_not() {
    let calls = Calls::new();
    let call = assert_send(local_error(&calls));
    assert_eq!(call.await, Err(Rc::new(3)));
}

#[retry(before_retry = |_| log_later(), max = 1)]
async fn named_future(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

async fn log_later() {
    log("later");
}

#[tokio::test(start_paused = true)]
async fn a_future_that_it_returns_is_awaited() {
    logged();
    assert!(named_future(&Calls::new()).await.is_err());
    assert_eq!(logged(), ["later"]);
}

#[retry(backoff = none)]
async fn refresh(refreshes: &Calls) -> Result<u32, Fault> {
    refreshes.fail()
}

#[retry(max = 1, before_retry = |_| { let _ = refresh(refreshes).await; })]
async fn refreshing(calls: &Calls, refreshes: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(backoff = none)]
fn refresh_sync(refreshes: &Calls) -> Result<u32, Fault> {
    refreshes.fail()
}

#[retry(max = 1, backoff = none, before_retry = |_| { let _ = refresh_sync(refreshes); })]
fn refreshing_sync(calls: &Calls, refreshes: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn it_is_part_of_a_retry_so_what_it_calls_is_not_retried() {
    let refreshes = Calls::new();
    assert!(refreshing(&Calls::new(), &refreshes).await.is_err());
    assert_eq!(refreshes.count(), 1);
    assert!(refreshing_sync(&Calls::new(), &refreshes).is_err());
    assert_eq!(refreshes.count(), 2);
}

/// An error that is `Send` and not `Sync`.
#[derive(Debug, PartialEq)]
struct Counted(Cell<u32>);

type Seen = Mutex<Vec<(u32, Option<u32>)>>;

fn see(seen: &Seen, retry: u32, error: Option<&mut Counted>) {
    let number = error.map(|error| error.0.take());
    seen.lock().unwrap().push((retry, number));
}

#[retry(max = 2, backoff = none, budget = none, on = |_| true, before_retry = |retry, error| see(seen, retry.number(), error))]
async fn told(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    Err(Counted(Cell::new(calls.next())))
}

#[retry(max = 2, backoff = none, budget = none, on = |_| true, before_retry = |retry, error| async move {
    sleep(ms(1)).await;
    see(seen, retry.number(), error);
    sleep(ms(1)).await;
})]
async fn told_slowly(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    Err(Counted(Cell::new(calls.next())))
}

#[retry(max = 3, backoff = none, budget = none, on = |_| true, on_ok = |number| *number == 1, before_retry = |retry, error| see(seen, retry.number(), error))]
async fn judged(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    match calls.next() {
        2 => Err(Counted(Cell::new(2))),
        number => Ok(number),
    }
}

#[retry(max = 1, backoff = none, budget = none, sleep = support::skip, on = |_| true, before_retry = |retry, error| see(seen, retry.number(), error))]
fn told_in_a_sync_fn(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    Err(Counted(Cell::new(calls.next())))
}

/// An error that the hook ends in is that retry's outcome, and the next hook's error.
#[retry(max = 2, backoff = none, budget = none, on = |_| true, before_retry = |retry, error| {
    see(seen, retry.number(), error);
    Err(Counted(Cell::new(10 * retry.number())))
})]
async fn failing_hook(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    Err(Counted(Cell::new(calls.next())))
}

#[retry(max = 3, hedge = 50ms, backoff = fixed(100ms), jitter = none, budget = none, on = |_| true, before_retry = |retry, error| see(seen, retry.number(), error))]
async fn told_beside(calls: &Calls, seen: &Seen) -> Result<u32, Counted> {
    let number = calls.next();
    sleep(ms(if number == 1 { 200 } else { 10 })).await;
    if number == 3 {
        Ok(3)
    } else {
        Err(Counted(Cell::new(number)))
    }
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[tokio::test(start_paused = true)]
async fn it_is_given_the_error_before_it() {
    let seen = Seen::default();
    let outcome = is_send(told(&Calls::new(), &seen)).await;
    // It may take the error apart, and the last one comes back whole.
    assert_eq!(outcome, Err(Counted(Cell::new(3))));
    assert_eq!(
        std::mem::take(&mut *seen.lock().unwrap()),
        [(2, Some(1)), (3, Some(2))]
    );
    assert!(is_send(told_slowly(&Calls::new(), &seen)).await.is_err());
    assert_eq!(
        std::mem::take(&mut *seen.lock().unwrap()),
        [(2, Some(1)), (3, Some(2))]
    );
    assert!(told_in_a_sync_fn(&Calls::new(), &seen).is_err());
    assert_eq!(*seen.lock().unwrap(), [(2, Some(1))]);
}

#[tokio::test(start_paused = true)]
async fn after_a_judged_response_there_is_no_error() {
    let seen = Seen::default();
    assert_eq!(judged(&Calls::new(), &seen).await, Ok(3));
    assert_eq!(*seen.lock().unwrap(), [(2, None), (3, Some(2))]);
}

#[tokio::test(start_paused = true)]
async fn its_own_error_is_the_next_one_s() {
    let seen = Seen::default();
    let outcome = failing_hook(&Calls::new(), &seen).await;
    assert_eq!(outcome, Err(Counted(Cell::new(30))));
    assert_eq!(*seen.lock().unwrap(), [(2, Some(1)), (3, Some(20))]);
}

#[tokio::test(start_paused = true)]
async fn before_a_hedge_there_is_no_error_and_each_retry_has_its_own() {
    let seen = Seen::default();
    assert_eq!(is_send(told_beside(&Calls::new(), &seen)).await, Ok(3));
    assert_eq!(*seen.lock().unwrap(), [(2, None), (3, Some(2))]);
}
