//! `timeout` and `deadline`.

use crate::support::{Dropped, Fault, Log, MS, PLAIN, ended, on_deadline};
use retry_runtime::Attempt;
use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::task::Poll;
use tokio::task::consume_budget;
use tokio::time::{Instant, advance, sleep};

#[tokio::test(start_paused = true)]
async fn every_attempt_has_a_fresh_timeout_and_a_cut_one_is_retried() {
    let log = Log::new();
    let policy = PLAIN.with_max(2).with_timeout(MS(50));
    let run = policy.run(async |at| {
        log.note("attempt");
        assert_eq!(at.remaining(), Some(MS(50)));
        let _dropped = Dropped(&log);
        pending().await
    });
    let result: Result<(), Fault> = ended(run).await;
    assert!(
        matches!(result, Err(Fault::Late(late)) if !late.is_deadline() && late.limit() == MS(50))
    );
    assert_eq!(log.times("attempt"), [0, 150, 350]);
    assert_eq!(log.times("dropped"), [50, 200, 400], "before the wait");
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_goes_through_elapsed_and_on() {
    let count = Cell::new(0);
    let asked = Cell::new(0);
    let run = PLAIN
        .with_timeout(MS(50))
        .run(async |_| {
            count.set(count.get() + 1);
            pending().await
        })
        .elapsed(|elapsed| {
            if elapsed.is_deadline() {
                "deadline"
            } else {
                "timeout"
            }
        })
        .on(|error| {
            asked.set(asked.get() + 1);
            *error != "timeout"
        });
    let result: Result<(), &str> = ended(run).await;
    assert_eq!((result, count.get(), asked.get()), (Err("timeout"), 1, 1));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_the_attempt_in_flight_and_ends_the_call() {
    let log = Log::new();
    let policy = PLAIN.with_timeout(MS(100)).with_deadline(MS(250));
    let result: Result<(), Fault> = policy
        .run(async |at| {
            log.note("attempt");
            assert_eq!(
                at.remaining(),
                Some(if at.is_retry() { MS(50) } else { MS(100) })
            );
            pending().await
        })
        .on(|_| true)
        .await;
    assert!(on_deadline(&result.unwrap_err()));
    assert_eq!(log.times("attempt"), [0, 200]);
    assert_eq!(log.start.elapsed(), MS(250));
}

#[tokio::test(start_paused = true)]
async fn a_timeout_that_ends_with_the_deadline_is_the_deadline() {
    let policy = PLAIN.with_timeout(MS(50)).with_deadline(MS(50));
    let result: Result<(), Fault> = policy.run(|_| pending()).await;
    assert!(on_deadline(&result.unwrap_err()));
}

#[tokio::test(start_paused = true)]
async fn no_retry_is_waited_for_that_could_not_start_in_time() {
    let start = Instant::now();
    let policy = PLAIN.with_deadline(MS(250));
    let result: Result<(), _> = policy.run(async |_| Err(Fault::Busy)).await;
    assert_eq!(result, Err(Fault::Busy), "the last error, not the deadline");
    assert_eq!(start.elapsed(), MS(100), "the second wait would end at 250");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_from_the_first_poll() {
    let run = PLAIN
        .with_deadline(MS(150))
        .run(async |at| Ok::<_, Fault>(at.remaining()));
    sleep(MS(500)).await;
    assert_eq!(run.await, Ok(Some(MS(150))));
}

#[tokio::test(start_paused = true)]
async fn a_run_without_limits_asks_nothing_of_the_error() {
    let policy = PLAIN.with_timeout(MS(1)).with_deadline(MS(1));
    let run = policy.run(async |at: Attempt| {
        sleep(MS(10)).await;
        Err::<(), _>(at.remaining())
    });
    assert_eq!(ended(run.on(|_| false).untimed()).await, Err(None));
}

/// In every poll a millisecond goes by, and all of tokio's cooperative budget.
async fn greedy() -> Result<(), Fault> {
    poll_fn(|cx| {
        let _ = pin!(advance(MS(1))).poll(cx);
        while pin!(consume_budget()).poll(cx).is_ready() {}
        Poll::Pending
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_starves_the_timer_is_cut_all_the_same() {
    let start = Instant::now();
    let result = ended(PLAIN.with_max(0).with_timeout(MS(20)).run(|_| greedy())).await;
    assert!(matches!(result, Err(Fault::Late(_))));
    assert!(start.elapsed() < MS(30), "{:?}", start.elapsed());
}
