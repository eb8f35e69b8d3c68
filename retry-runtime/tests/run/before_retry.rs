//! `before_retry`.

use crate::support::{Fault, Log, MS, PLAIN, ended, on_deadline};
use retry_runtime::{Attempt, Backoff};
use std::cell::Cell;
use std::future::pending;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn before_retry_comes_between_the_delay_and_the_attempt() {
    let log = Log::new();
    let result: Result<(), _> = PLAIN
        .with_max(1)
        .with_timeout(MS(20))
        .run(async |at| {
            log.note(if at.is_retry() { "retry" } else { "attempt" });
            assert_eq!(at.remaining(), Some(MS(20)), "the hook takes nothing of it");
            Err(Fault::Busy)
        })
        .before_retry(async |at| {
            assert_eq!((at.number(), at.remaining()), (2, None));
            sleep(MS(40)).await;
            log.note("hook");
        })
        .await;
    assert_eq!(result, Err(Fault::Busy));
    assert_eq!(
        log.events(),
        [("attempt", 0), ("hook", 140), ("retry", 140)]
    );
}

/// Without a wait in between, which has a timer of its own.
#[tokio::test(start_paused = true)]
async fn the_timer_of_an_attempt_ends_with_it() {
    let log = Log::new();
    let result: Result<(), _> = PLAIN
        .with_max(1)
        .with_backoff(Backoff::none())
        .with_timeout(MS(20))
        .run(async |_| Err(Fault::Busy))
        .before_retry(async |_| {
            sleep(MS(40)).await;
            log.note("hook");
        })
        .await;
    assert_eq!(result, Err(Fault::Busy));
    assert_eq!(log.events(), [("hook", 40)]);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_before_retry_is_the_outcome_of_that_retry() {
    let log = Log::new();
    let result: Result<u32, _> = PLAIN
        .run(async |at| {
            log.note("attempt");
            if at.number() < 3 {
                Err(Fault::Busy)
            } else {
                Ok(at.number())
            }
        })
        .before_retry(async |at| {
            log.note("hook");
            if at.number() == 2 {
                Err(Fault::Busy)
            } else {
                Ok(())
            }
        })
        .await;
    assert_eq!(result, Ok(3));
    assert_eq!(log.times("hook"), [100, 250]);
    assert_eq!(log.times("attempt"), [0, 250]);

    let busy = async |_: Attempt| Err::<(), _>(Fault::Busy);
    let run = PLAIN.run(busy).before_retry(async |_| Err(Fault::Fatal));
    assert_eq!(run.await, Err(Fault::Fatal), "classified like any other");
    let hooks = Cell::new(0);
    let run = PLAIN.run(busy).before_retry(async |_| {
        hooks.set(hooks.get() + 1);
        Err(Fault::Busy)
    });
    assert_eq!((run.await, hooks.get()), (Err(Fault::Busy), 3));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_cuts_before_retry() {
    let start = Instant::now();
    let run = PLAIN
        .with_deadline(MS(180))
        .run(async |_| Err::<(), _>(Fault::Busy));
    let result = ended(run.before_retry(|_| pending::<()>())).await;
    assert!(on_deadline(&result.unwrap_err()));
    assert_eq!(start.elapsed(), MS(180));
}
