//! What attempts that run beside one another are to each other: when the next one starts, and
//! when the call ends.

use crate::support::{DENIED, Fail, Hang, MS, RESET, Scripted, Word, outer, policy};
use retry_runtime::{Transient, Verdict};
use retry_tower::{Hedging, RetryLayer};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower::{Layer, ServiceExt, service_fn};

/// A failure that says this.
#[derive(Debug)]
struct Says(Verdict);

impl Transient for Says {
    fn verdict(&self) -> Verdict {
        self.0
    }
}

/// One attempt: how many milliseconds it takes, and what comes of it.
type Attempt = (u32, Result<(), Verdict>);

/// A call whose attempts go by this script, with 100 ms before a retry, and a hedge 50 ms
/// after the newest attempt: when they started, and whether and when it succeeded or failed.
async fn call(max: u32, hedges: u32, script: &[Attempt]) -> (Vec<u128>, Result<u128, u128>) {
    let begun = Instant::now();
    let started = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&started);
    let script: Vec<_> = script.to_vec();
    let service = service_fn(move |()| {
        let mut log = log.lock().unwrap();
        let (millis, outcome) = script[log.len()];
        log.push(begun.elapsed().as_millis());
        async move {
            sleep(MS * millis).await;
            outcome.map_err(Says)
        }
    });
    let hedging = Hedging::after(50 * MS).at_most(hedges);
    let layer = RetryLayer::new(policy().with_max(max)).untimed();
    let outcome = layer.hedge(hedging).layer(service).oneshot(()).await;
    let at = begun.elapsed().as_millis();
    let started = started.lock().unwrap().clone();
    (started, outcome.map(|()| at).map_err(|_| at))
}

const OK: Result<(), Verdict> = Ok(());
const DOWN: Result<(), Verdict> = Err(Verdict::transient());

fn pushes_back(millis: u32) -> Result<(), Verdict> {
    Err(Verdict::transient().with_pushback(MS * millis))
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_waited_for_takes_the_place_of_a_hedge() {
    let seen = call(3, 1, &[(10, DOWN), (0, OK)]).await;
    assert_eq!(seen, (vec![0, 110], Ok(110)));
    // Also where another attempt has started since: at 210 there is none.
    let script = [(130, DOWN), (10, DOWN), (100, OK), (100, OK)];
    let seen = call(5, 2, &script).await;
    assert_eq!(seen, (vec![0, 50, 160, 230], Ok(260)));
}

#[tokio::test(start_paused = true)]
async fn a_retry_that_is_waited_for_goes_on_where_another_attempt_has_none_left() {
    let seen = call(2, 1, &[(60, DOWN), (20, DOWN), (0, OK)]).await;
    assert_eq!(seen, (vec![0, 50, 160], Ok(160)));
}

#[tokio::test(start_paused = true)]
async fn a_push_back_holds_for_all_retries_that_are_waited_for_or_will_be() {
    for (what, max, script, retry) in [
        ("and its own", 3, [(60, DOWN), (20, pushes_back(500))], 570),
        (
            "has none itself",
            2,
            [(60, DOWN), (20, pushes_back(500))],
            570,
        ),
        ("fails later", 3, [(70, DOWN), (10, pushes_back(500))], 560),
        ("is shorter", 2, [(60, DOWN), (20, pushes_back(20))], 160),
    ] {
        let [first, hedge] = script;
        let seen = call(max, 1, &[first, hedge, (0, OK)]).await;
        assert_eq!(seen, (vec![0, 50, retry], Ok(retry)), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_push_back_that_forbids_retries_forbids_those_that_are_waited_for() {
    let never = Err(Verdict::transient().with_no_retry());
    let too_long = pushes_back(40_000);
    for (max, first, hedge, ended) in [
        (5, (60, DOWN), never, Err(70)),
        (2, (60, DOWN), never, Err(70)),
        (5, (60, DOWN), too_long, Err(70)),
        (2, (60, DOWN), too_long, Err(70)),
        // What runs goes on, and is the last.
        (5, (90, DOWN), never, Err(90)),
        (5, (90, OK), never, Ok(90)),
    ] {
        let seen = call(max, 1, &[first, (20, hedge)]).await;
        assert_eq!(seen, (vec![0, 50], ended), "{max} {first:?} {hedge:?}");
    }
}

fn hedged(max: u32) -> RetryLayer {
    RetryLayer::new(policy().with_max(max)).hedge(Hedging::after(50 * MS))
}

#[tokio::test(start_paused = true)]
async fn of_answers_at_the_same_time_a_success_wins_and_else_the_first() {
    let missing = ErrorKind::NotFound;
    for (script, expected) in [
        ([Fail(60, DENIED), Word::Ok(10)], Ok(7)),
        ([Word::Ok(60), Fail(10, DENIED)], Ok(7)),
        ([Fail(60, DENIED), Fail(10, missing)], Err(DENIED)),
        ([Fail(60, missing), Fail(10, DENIED)], Err(missing)),
        ([Fail(60, RESET), Fail(10, DENIED)], Err(DENIED)),
        ([Fail(60, DENIED), Fail(10, RESET)], Err(DENIED)),
    ] {
        let service = Scripted::new(&script);
        let outcome = hedged(3).layer(service.clone()).oneshot(7).await;
        assert_eq!(outcome.map_err(|error| error.kind()), expected);
        assert_eq!(service.seen(), [0, 50]);
    }
}

/// A retry at 250 would be too late; the hedge is not.
#[tokio::test(start_paused = true)]
async fn an_attempt_in_time_is_waited_for_where_a_retry_would_be_too_late() {
    let service = Scripted::new(&[Fail(150, RESET), Word::Ok(130)]);
    let policy = policy().with_deadline(200 * MS);
    let layer = RetryLayer::new(policy).hedge(Hedging::after(50 * MS));
    assert_eq!(layer.layer(service.clone()).oneshot(7).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 50]);
    let begun = Instant::now();
    let service = Scripted::new(&[Hang, Hang]);
    let error = layer.layer(service.clone()).oneshot(7).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert_eq!(begun.elapsed(), Duration::from_millis(200));
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_not_hedged() {
    let service = Scripted::new(&[Fail(0, RESET), Fail(0, RESET), Word::Ok(200)]);
    let retried = hedged(1).layer(service.clone());
    assert_eq!(outer(retried).await.unwrap(), 7);
    assert_eq!(service.seen(), [0, 100, 100]);
}
