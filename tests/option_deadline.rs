//! `deadline`: the time that the whole call may take.

mod support;

use retry_runtime::{Elapsed, retry};
use std::future::pending;
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};
use tokio::time::sleep;

fn elapsed_of(outcome: Result<u32, Fault>) -> Elapsed {
    match outcome {
        Err(Fault::Late(elapsed)) => elapsed,
        other => panic!("not cut: {other:?}"),
    }
}

#[retry(deadline = 1s)]
async fn hanging(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[retry(deadline = 1s, jitter = none, backoff = fixed(200ms), on = |_| true)]
async fn slow(calls: &Calls, takes: Duration) -> Result<u32, Fault> {
    let number = calls.next();
    sleep(takes).await;
    Err(Fault::Down(number))
}

#[retry(deadline = 1s, jitter = none, backoff = fixed(600ms))]
async fn down(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(deadline = 1200ms, jitter = none, backoff = fixed(600ms))]
async fn just(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(deadline = 1s, timeout = 400ms, backoff = none)]
async fn both(calls: &Calls) -> Result<u32, Fault> {
    calls.next();
    pending().await
}

#[tokio::test(start_paused = true)]
async fn it_cuts_the_attempt_in_flight() {
    let calls = Calls::new();
    let (outcome, took) = timed(hanging(&calls)).await;
    let elapsed = elapsed_of(outcome);
    assert!(elapsed.is_deadline());
    assert_eq!(elapsed.limit(), ms(1000));
    assert_eq!(calls.count(), 1, "nothing is retried after it");
    assert_eq!(took, ms(1000));
}

#[tokio::test(start_paused = true)]
async fn it_counts_attempts_and_delays_together() {
    // 300 + 200 + 300, and the third attempt starts at 1 s: too late.
    let calls = Calls::new();
    let (outcome, took) = timed(slow(&calls, ms(300))).await;
    assert_eq!(outcome, Err(Fault::Down(2)));
    assert_eq!(took, ms(800));
    // 250 + 200 + 250 + 200, and the third attempt is cut after 100.
    let calls = Calls::new();
    let (outcome, took) = timed(slow(&calls, ms(250))).await;
    assert!(elapsed_of(outcome).is_deadline());
    assert_eq!(calls.count(), 3);
    assert_eq!(took, ms(1000));
}

#[tokio::test(start_paused = true)]
async fn no_delay_goes_past_it() {
    let calls = Calls::new();
    let (outcome, took) = timed(down(&calls)).await;
    assert_eq!(outcome, Err(Fault::Down(2)), "the last error comes back");
    assert_eq!(took, ms(600), "and at once");
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_could_only_start_at_the_deadline_is_not_made() {
    let (outcome, took) = timed(just(&Calls::new())).await;
    assert_eq!(outcome, Err(Fault::Down(2)));
    assert_eq!(took, ms(600));
}

#[tokio::test(start_paused = true)]
async fn the_nearer_of_timeout_and_deadline_cuts() {
    let calls = Calls::new();
    let (outcome, took) = timed(both(&calls)).await;
    assert!(elapsed_of(outcome).is_deadline());
    assert_eq!(calls.count(), 3, "two were cut by the timeout");
    assert_eq!(took, ms(1000));
}

#[tokio::test(start_paused = true)]
async fn it_starts_anew_for_each_call() {
    let calls = Calls::new();
    for _ in 0..3 {
        let (outcome, took) = timed(down(&calls)).await;
        assert!(outcome.is_err());
        assert_eq!(took, ms(600));
    }
    assert_eq!(calls.count(), 6);
}

#[tokio::test(start_paused = true)]
async fn it_counts_from_the_first_poll() {
    let calls = Calls::new();
    let call = hanging(&calls);
    sleep(ms(5000)).await;
    assert_eq!(timed(call).await.1, ms(1000));
}

struct Client {
    deadline: Duration,
    maybe: Option<Duration>,
}

impl Client {
    #[retry(deadline = self.deadline, jitter = none, backoff = fixed(100ms), sleep = support::sleep)]
    async fn given(&self, takes: Duration) -> Result<u32, Fault> {
        sleep(takes).await;
        Err(Fault::Down(0))
    }

    #[retry(deadline = self.maybe, jitter = none, backoff = fixed(100ms), sleep = support::sleep)]
    async fn optional(&mut self, takes: Duration) -> Result<u32, Fault> {
        sleep(takes).await;
        Err(Fault::Down(0))
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_be_an_expression() {
    let mut client = Client {
        deadline: ms(250),
        maybe: None,
    };
    let (outcome, took) = timed(client.given(Duration::ZERO)).await;
    assert_eq!((outcome, took), (Err(Fault::Down(0)), ms(200)));
    let (outcome, asked) = recorded(client.optional(ms(1000))).await;
    assert_eq!(outcome, Err(Fault::Down(0)));
    assert_eq!(asked, [ms(100); 3], "no deadline, so no timer for it");
    client.maybe = Some(ms(150));
    let (outcome, took) = timed(client.optional(Duration::ZERO)).await;
    assert_eq!((outcome, took), (Err(Fault::Down(0)), ms(100)));
}

#[tokio::test(start_paused = true)]
async fn values_at_the_ends_do_not_panic() {
    let client = |deadline| Client {
        deadline,
        maybe: None,
    };
    let outcome = client(Duration::MAX).given(ms(10)).await;
    assert_eq!(outcome, Err(Fault::Down(0)));
    let (outcome, took) = timed(client(Duration::ZERO).given(ms(10))).await;
    assert!(elapsed_of(outcome).is_deadline());
    assert_eq!(took, Duration::ZERO);
}

#[retry(deadline = limit, backoff = fixed(10s), sleep = support::skip)]
fn sync(calls: &Calls, limit: Duration) -> Result<u32, Fault> {
    calls.fail()
}

#[test]
fn a_sync_function_does_not_sleep_past_it_either() {
    support::asked();
    assert_eq!(sync(&Calls::new(), ms(50)), Err(Fault::Down(1)));
    assert!(support::asked().is_empty());
    let calls = Calls::new();
    let hour = Duration::from_secs(3600);
    assert_eq!(sync(&calls, hour), Err(Fault::Down(4)));
    assert_eq!(support::asked().len(), 3);
}
