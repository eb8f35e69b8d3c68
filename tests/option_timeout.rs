//! `timeout`: the time that each attempt may take.

mod support;

use retry_runtime::{Elapsed, retry};
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::io;
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};
use tokio::time::sleep;

fn elapsed_of(outcome: Result<u32, Fault>) -> Elapsed {
    match outcome {
        Err(Fault::Late(elapsed)) => elapsed,
        other => panic!("not cut: {other:?}"),
    }
}

#[retry(timeout = 100ms, backoff = none)]
async fn slow(calls: &Calls, takes: Duration) -> Result<u32, Fault> {
    let number = calls.next();
    sleep(takes).await;
    Err(Fault::Down(number))
}

#[retry(timeout = 100ms, jitter = none, backoff = fixed(30ms))]
async fn hanging(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[retry(timeout = 100ms, backoff = none)]
async fn late_at_first(calls: &Calls) -> Result<u32, Fault> {
    let number = calls.next();
    if number < 3 {
        sleep(ms(101)).await;
    } else {
        sleep(ms(99)).await;
    }
    Ok(number)
}

#[tokio::test(start_paused = true)]
async fn it_starts_anew_for_each_attempt() {
    let (outcome, took) = timed(slow(&Calls::new(), ms(80))).await;
    assert_eq!(outcome, Err(Fault::Down(4)), "no attempt was cut");
    assert_eq!(took, ms(4 * 80));
}

#[tokio::test(start_paused = true)]
async fn it_cuts_every_attempt_on_time() {
    let calls = Calls::new();
    let (outcome, took) = timed(hanging(&calls)).await;
    let elapsed = elapsed_of(outcome);
    assert!(!elapsed.is_deadline());
    assert_eq!(elapsed.limit(), ms(100));
    assert_eq!(calls.count(), 4);
    assert_eq!(took, ms(4 * 100 + 3 * 30));
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_is_retried() {
    let (outcome, took) = timed(late_at_first(&Calls::new())).await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(took, ms(100 + 100 + 99));
}

#[tokio::test(start_paused = true)]
async fn an_answer_at_the_very_end_counts() {
    let calls = Calls::new();
    assert_eq!(slow(&calls, ms(100)).await, Err(Fault::Down(4)));
}

/// `Late` classifies itself as permanent: the cut is what counts here.
#[tokio::test(start_paused = true)]
async fn without_on_a_cut_attempt_is_transient_whatever_the_error_says() {
    let calls = Calls::new();
    elapsed_of(hanging(&calls).await);
    assert_eq!(calls.count(), 4);
}

#[retry(timeout = 100ms, backoff = none, on = |fault| { seen.borrow_mut().push(fault.clone()); again })]
async fn judged(seen: &RefCell<Vec<Fault>>, again: bool) -> Result<u32, Fault> {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_goes_through_on() {
    let seen = RefCell::default();
    elapsed_of(judged(&seen, false).await);
    let seen = seen.take();
    assert_eq!(seen.len(), 1, "`on` said no");
    assert!(matches!(&seen[0], Fault::Late(elapsed) if elapsed.limit() == ms(100)));
    let seen = RefCell::default();
    elapsed_of(judged(&seen, true).await);
    assert_eq!(seen.take().len(), 4);
}

/// Says when it is dropped.
struct Guard<'a>(&'a Cell<u32>);

impl<'a> Guard<'a> {
    fn new(alive: &'a Cell<u32>) -> Self {
        alive.set(alive.get() + 1);
        Self(alive)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[retry(timeout = 100ms, on = |_| { left.borrow_mut().push(alive.get()); true })]
async fn guarded(alive: &Cell<u32>, left: &RefCell<Vec<u32>>) -> Result<u32, Fault> {
    let _guard = Guard::new(alive);
    assert_eq!(alive.get(), 1, "the attempt before is gone");
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_is_dropped_before_anything_else_happens() {
    let (alive, left) = (Cell::new(0), RefCell::default());
    elapsed_of(guarded(&alive, &left).await);
    assert_eq!(left.take(), [0, 0, 0, 0], "dropped before `on` is asked");
    assert_eq!(alive.get(), 0);
}

struct Client {
    timeout: Duration,
    maybe: Option<Duration>,
}

impl Client {
    #[retry(timeout = self.timeout, backoff = none)]
    async fn given(&self, calls: &Calls) -> Result<u32, Fault> {
        calls.next();
        pending().await
    }

    #[retry(timeout = self.maybe, backoff = none, sleep = support::sleep)]
    async fn optional(&mut self, takes: Duration) -> Result<u32, Fault> {
        sleep(takes).await;
        Ok(1)
    }

    #[retry(timeout = None::<Duration>, backoff = none, sleep = support::sleep)]
    async fn unlimited(&self, takes: Duration) -> Result<u32, Fault> {
        sleep(takes).await;
        Ok(1)
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_be_an_expression() {
    let mut client = Client {
        timeout: ms(20),
        maybe: Some(ms(10)),
    };
    let (outcome, took) = timed(client.given(&Calls::new())).await;
    assert_eq!(elapsed_of(outcome).limit(), ms(20));
    assert_eq!(took, ms(80));
    let (outcome, took) = timed(client.optional(ms(11))).await;
    assert_eq!(elapsed_of(outcome).limit(), ms(10));
    assert_eq!(took, ms(40));
}

#[tokio::test(start_paused = true)]
async fn none_is_no_timeout_and_asks_no_timer() {
    let mut client = Client {
        timeout: ms(20),
        maybe: None,
    };
    let day = Duration::from_secs(86_400);
    let (outcome, asked) = recorded(client.optional(day)).await;
    assert_eq!((outcome, asked), (Ok(1), vec![]));
    let (outcome, asked) = recorded(client.unlimited(day)).await;
    assert_eq!((outcome, asked), (Ok(1), vec![]));
}

#[tokio::test(start_paused = true)]
async fn values_at_the_ends_do_not_panic() {
    let client = |timeout| Client {
        timeout,
        maybe: Some(timeout),
    };
    assert_eq!(client(Duration::MAX).optional(ms(500)).await, Ok(1));
    let (outcome, took) = timed(client(Duration::ZERO).optional(ms(500))).await;
    elapsed_of(outcome);
    assert_eq!(took, Duration::ZERO);
}

#[retry(timeout = 10ms, backoff = none, max = 1)]
async fn io(calls: &Calls) -> io::Result<u32> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_cut_io_call_has_timed_out() {
    let calls = Calls::new();
    let error = io(&calls).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(error.get_ref().is_some_and(|source| source.is::<Elapsed>()));
    assert_eq!(calls.count(), 2);
}

/// The caller's own limit is not taken for the attempt's: it ends all.
#[tokio::test(start_paused = true)]
async fn the_callers_own_timeout_is_no_failed_attempt() {
    let calls = Calls::new();
    let call = tokio::time::timeout(ms(150), hanging(&calls));
    assert!(call.await.is_err());
    assert_eq!(calls.count(), 2);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(calls.count(), 2);
}

/// Uses up all of the cooperative budget in every poll, so that tokio's timers
/// are never ready while it runs.
#[retry(timeout = 100ms, max = 1, backoff = none)]
async fn busy(calls: &Calls) -> Result<u32, Fault> {
    for _ in 0..100_000 {
        tokio::task::consume_budget().await;
    }
    Ok(calls.next())
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_never_rests_is_cut_all_the_same() {
    let time = tokio::spawn(async {
        loop {
            tokio::time::advance(ms(10)).await;
        }
    });
    let calls = Calls::new();
    let (outcome, took) = timed(busy(&calls)).await;
    time.abort();
    elapsed_of(outcome);
    assert_eq!(calls.count(), 0, "no attempt came to its end");
    assert!(took < Duration::from_secs(1), "{took:?}");
}
