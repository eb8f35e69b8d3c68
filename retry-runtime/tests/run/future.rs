//! A run is a future: nested in another, dropped, spawned.

use crate::support::{Dropped, Fault, Log, MS, PLAIN};
use retry_runtime::{Attempt, Budget};
use std::cell::Cell;
use std::future::Future;
use std::time::Duration;
use tokio::time::{sleep, timeout};

#[tokio::test(start_paused = true)]
async fn a_retry_is_not_retried() {
    let inner = Cell::new(0);
    let hooked = Cell::new(0);
    let fail = async |count: &Cell<u32>| {
        let run = PLAIN.run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        run.await
    };
    let run = PLAIN.run(async |_| fail(&inner).await);
    let hook = async |_: Attempt| {
        let _ = fail(&hooked).await;
    };
    assert_eq!(run.before_retry(hook).await, Err(Fault::Busy));
    assert_eq!(
        inner.get(),
        4 + 3,
        "four inside the first, one inside each retry"
    );
    assert_eq!(hooked.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_stops_everything() {
    // In the first attempt, in the wait from 100, in the hook from 200, in the retry from 250.
    for (after, expected) in [(50, 1), (130, 1), (220, 1), (260, 2)] {
        let log = Log::new();
        let budget = Budget::standard();
        let run = PLAIN
            .run(async |_| {
                let _dropped = Dropped(&log);
                log.note("attempt");
                sleep(MS(100)).await;
                Err::<(), _>(Fault::Busy)
            })
            .before_retry(async |_| {
                let _dropped = Dropped(&log);
                sleep(MS(50)).await;
                log.note("hooked");
            })
            .budget(&budget);
        assert!(timeout(MS(after), run).await.is_err());
        let events = log.events();
        sleep(Duration::from_secs(60)).await;
        assert_eq!(log.events(), events, "dropped after {after} ms");
        assert_eq!(log.times("attempt").len(), expected);
        let begun = log.times("attempt").len() + log.times("hooked").len();
        assert!(log.times("dropped").len() >= begun, "nothing is left");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_is_a_future_that_can_be_spawned() {
    fn sendable<F: Future + Send + 'static>(future: F) -> F {
        future
    }
    let run = PLAIN.run(async |at: Attempt| Ok::<_, Fault>(at.number()));
    assert_eq!(tokio::spawn(sendable(run)).await.unwrap(), Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_may_lend_and_move_and_change() {
    let mut sum = 0;
    let text = String::from("abc");
    let result: Result<usize, Fault> = PLAIN
        .run(|at| {
            sum += at.number();
            let text = text.clone();
            async move {
                if at.is_retry() {
                    Ok(text.len())
                } else {
                    Err(Fault::Busy)
                }
            }
        })
        .name("example")
        .await;
    assert_eq!((result, sum), (Ok(3), 3));
}
