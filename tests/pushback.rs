//! `Verdict::with_pushback`: the server says when to come again.

mod support;

use retry_runtime::{Policy, Verdict, retry};
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};

/// Answers with the faults in turn, then with the number of the call.
fn answer(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    let number = calls.next();
    faults
        .get(number as usize - 1)
        .cloned()
        .map_or(Ok(number), Err)
}

const fn busy(millis: u64) -> Fault {
    Fault::Busy(ms(millis))
}

const DOWN: Fault = Fault::Down(0);

#[retry(budget = none, jitter = full, sleep = support::sleep)]
async fn jittered(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[retry(budget = none, max = 9, jitter = none, sleep = support::sleep)]
async fn plain(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[retry(backoff = none, sleep = support::sleep)]
async fn impatient(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_exactly_what_the_server_asks_for() {
    let faults = [busy(3), busy(700), busy(100)];
    for _ in 0..20 {
        let (outcome, asked) = recorded(jittered(&Calls::new(), &faults)).await;
        assert_eq!(outcome, Ok(4));
        assert_eq!(asked, [ms(3), ms(700), ms(100)], "whatever the backoff");
    }
    let (outcome, took) = timed(impatient(&Calls::new(), &[busy(40)])).await;
    assert_eq!((outcome, took), (Ok(2), ms(40)));
}

#[tokio::test(start_paused = true)]
async fn the_backoff_starts_over_after_it() {
    let faults = [DOWN, DOWN, busy(7), DOWN, DOWN];
    let (outcome, asked) = recorded(plain(&Calls::new(), &faults)).await;
    assert_eq!(outcome, Ok(6));
    assert_eq!(asked, [100, 150, 7, 100, 150].map(ms));
}

#[retry(jitter = none, max = 9, backoff = [ms(1), ms(2)], sleep = support::sleep)]
async fn listed(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[tokio::test(start_paused = true)]
async fn it_takes_no_delay_from_an_iterator() {
    let faults = [busy(7), DOWN, busy(8), DOWN, busy(9), DOWN];
    let (outcome, asked) = recorded(listed(&Calls::new(), &faults)).await;
    assert_eq!(outcome, Err(DOWN), "only then the iterator is at its end");
    assert_eq!(asked, [7, 1, 8, 2, 9].map(ms));
}

#[tokio::test(start_paused = true)]
async fn the_retries_are_counted_all_the_same() {
    let faults = [busy(1), busy(2), busy(3), busy(4), busy(5)];
    let calls = Calls::new();
    assert_eq!(jittered(&calls, &faults).await, Err(busy(4)));
    assert_eq!(calls.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn zero_is_at_once() {
    let (outcome, asked) = recorded(plain(&Calls::new(), &[busy(0), busy(0)])).await;
    assert_eq!((outcome, asked), (Ok(3), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_server_cannot_park_its_clients() {
    let limit = Duration::from_secs(30);
    let (outcome, took) = timed(plain(&Calls::new(), &[Fault::Busy(limit)])).await;
    assert_eq!((outcome, took), (Ok(2), limit), "30 s are waited for");
    let above = Fault::Busy(limit + Duration::from_nanos(1));
    let calls = Calls::new();
    let (outcome, took) = timed(plain(&calls, std::slice::from_ref(&above))).await;
    assert_eq!((outcome, took), (Err(above), Duration::ZERO));
    assert_eq!(calls.count(), 1);
    let ages = Fault::Busy(Duration::MAX);
    let outcome = plain(&Calls::new(), std::slice::from_ref(&ages)).await;
    assert_eq!(outcome, Err(ages));
}

const SHORT: Policy = Policy::DEFAULT.with_longest_pushback(ms(50));

#[retry(policy = &SHORT)]
async fn short(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[tokio::test(start_paused = true)]
async fn a_policy_sets_the_longest_wait() {
    let (outcome, took) = timed(short(&Calls::new(), &[busy(50)])).await;
    assert_eq!((outcome, took), (Ok(2), ms(50)));
    let (outcome, took) = timed(short(&Calls::new(), &[busy(51)])).await;
    assert_eq!((outcome, took), (Err(busy(51)), Duration::ZERO));
}

#[retry(deadline = 1s)]
async fn bounded(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    tokio::time::sleep(ms(200)).await;
    answer(calls, faults)
}

#[tokio::test(start_paused = true)]
async fn a_wait_past_the_deadline_returns_at_once() {
    let (outcome, took) = timed(bounded(&Calls::new(), &[busy(500)])).await;
    assert_eq!((outcome, took), (Ok(2), ms(200 + 500 + 200)));
    // 800 ms are left, and that is no time for another attempt.
    for wait in [800, 801, 5000] {
        let (outcome, took) = timed(bounded(&Calls::new(), &[busy(wait)])).await;
        assert_eq!((outcome, took), (Err(busy(wait)), ms(200)));
    }
}

#[retry(on = |_| verdict, jitter = none, sleep = support::sleep, max = 1)]
async fn by_verdict(calls: &Calls, verdict: Verdict) -> Result<u32, Fault> {
    calls.fail()
}

#[tokio::test(start_paused = true)]
async fn every_retryable_verdict_can_carry_one() {
    let waits = async |verdict| recorded(by_verdict(&Calls::new(), verdict)).await.1;
    for verdict in [
        Verdict::transient(),
        Verdict::not_sent(),
        Verdict::refused(),
        Verdict::from(true),
    ] {
        assert_eq!(waits(verdict.with_pushback(ms(33))).await, [ms(33)]);
        assert_eq!(waits(verdict).await, [ms(100)]);
    }
    let permanent = Verdict::permanent().with_pushback(ms(33));
    assert!(waits(permanent).await.is_empty());
}

#[retry(sleep = support::skip)]
fn sync(calls: &Calls, faults: &[Fault]) -> Result<u32, Fault> {
    answer(calls, faults)
}

#[test]
fn a_sync_function_waits_alike() {
    support::asked();
    assert_eq!(sync(&Calls::new(), &[busy(70), busy(5)]), Ok(3));
    assert_eq!(support::asked(), [ms(70), ms(5)]);
    let parked = Fault::Busy(Duration::from_secs(31));
    assert_eq!(
        sync(&Calls::new(), std::slice::from_ref(&parked)),
        Err(parked)
    );
    assert!(support::asked().is_empty());
}
