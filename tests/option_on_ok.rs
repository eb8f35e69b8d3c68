//! `on_ok`: which responses are retried.

mod support;

use retry_runtime::{Verdict, retry};
use std::time::Duration;
use support::{Calls, Fault, ms, recorded, timed};

#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Pending(u32),
    Throttled(Duration),
    Done(u32),
}

fn is_pending(reply: &Reply) -> bool {
    matches!(reply, Reply::Pending(_))
}

fn judge(reply: &Reply) -> Verdict {
    match reply {
        Reply::Pending(_) => Verdict::transient(),
        Reply::Throttled(wait) => Verdict::refused().with_pushback(*wait),
        Reply::Done(_) => Verdict::permanent(),
    }
}

fn pending_first(calls: &Calls, pending: u32) -> Reply {
    match calls.next() {
        number if number <= pending => Reply::Pending(number),
        number => Reply::Done(number),
    }
}

#[retry(on_ok = is_pending)]
async fn poll(calls: &Calls, pending: u32) -> Result<Reply, Fault> {
    Ok(pending_first(calls, pending))
}

#[retry(on_ok = |reply| { let limit = *last; *reply != Reply::Pending(limit) && is_pending(reply) })]
async fn by_closure(calls: &Calls, last: &u32) -> Result<Reply, Fault> {
    Ok(pending_first(calls, 9))
}

#[retry(on_ok = judge, jitter = none, backoff = fixed(50ms), sleep = support::sleep)]
async fn judged(calls: &Calls) -> Result<Reply, Fault> {
    match calls.next() {
        1 => Ok(Reply::Throttled(ms(700))),
        number @ 2..=3 => Ok(Reply::Pending(number)),
        number => Ok(Reply::Done(number)),
    }
}

#[retry(on_ok = is_pending, on = |fault| *fault != Fault::Down(3))]
async fn mixed(calls: &Calls, last: fn(u32) -> Result<Reply, Fault>) -> Result<Reply, Fault> {
    match calls.next() {
        1 => Ok(Reply::Pending(1)),
        2 => Err(Fault::Down(2)),
        number => last(number),
    }
}

#[retry(on_ok = is_pending, deadline = 1s, jitter = none, backoff = fixed(600ms))]
async fn in_time(calls: &Calls) -> Result<Reply, Fault> {
    Ok(pending_first(calls, 9))
}

#[retry(on_ok = is_pending, max = 1, sleep = support::skip)]
fn sync(calls: &Calls) -> Result<Reply, Fault> {
    Ok(pending_first(calls, 9))
}

#[tokio::test(start_paused = true)]
async fn a_response_is_retried() {
    assert_eq!(poll(&Calls::new(), 2).await, Ok(Reply::Done(3)));
    assert_eq!(poll(&Calls::new(), 0).await, Ok(Reply::Done(1)));
}

#[tokio::test(start_paused = true)]
async fn when_retries_end_the_last_response_comes_back() {
    let calls = Calls::new();
    assert_eq!(poll(&calls, 9).await, Ok(Reply::Pending(4)));
    assert_eq!(calls.count(), 4);
    assert_eq!(by_closure(&Calls::new(), &2).await, Ok(Reply::Pending(2)));
}

#[tokio::test(start_paused = true)]
async fn a_verdict_pushes_back() {
    let (outcome, asked) = recorded(judged(&Calls::new())).await;
    assert_eq!(outcome, Ok(Reply::Done(4)));
    assert_eq!(asked, [ms(700), ms(50), ms(50)]);
}

#[tokio::test(start_paused = true)]
async fn errors_still_go_through_on_and_share_the_retries() {
    assert_eq!(
        mixed(&Calls::new(), |n| Err(Fault::Down(n))).await,
        Err(Fault::Down(3))
    );
    assert_eq!(
        mixed(&Calls::new(), |n| Ok(Reply::Pending(n))).await,
        Ok(Reply::Pending(4))
    );
    assert_eq!(
        mixed(&Calls::new(), |n| Ok(Reply::Done(n))).await,
        Ok(Reply::Done(3))
    );
}

#[tokio::test(start_paused = true)]
async fn no_time_for_another_gives_back_the_response_at_once() {
    let (outcome, took) = timed(in_time(&Calls::new())).await;
    assert_eq!(outcome, Ok(Reply::Pending(2)));
    assert_eq!(took, ms(600));
}

#[test]
fn a_sync_function_asks_alike() {
    assert_eq!(sync(&Calls::new()), Ok(Reply::Pending(2)));
}
