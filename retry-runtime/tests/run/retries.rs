//! Which outcomes are retried, when, and how often.

use crate::support::{Dropped, Fault, Log, MS, PLAIN, ended};
use retry_runtime::{Attempt, Backoff, Budget, Verdict};
use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::future::{pending, ready};
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn three_retries_are_four_attempts_at_exact_times() {
    let log = Log::new();
    let numbers = RefCell::new(Vec::new());
    let result: Result<(), _> = PLAIN
        .run(async |at| {
            log.note("attempt");
            numbers.borrow_mut().push((at.number(), at.is_retry()));
            Err(Fault::Busy)
        })
        .await;
    assert_eq!(result, Err(Fault::Busy));
    assert_eq!(log.times("attempt"), [0, 100, 250, 475]);
    let expected = [(1, false), (2, true), (3, true), (4, true)];
    assert_eq!(*numbers.borrow(), expected);
}

#[tokio::test(start_paused = true)]
async fn exact_delays_are_asked_of_the_given_timer_and_zero_of_none() {
    let waits = RefCell::new(Vec::new());
    let note = |wait: Duration| {
        waits.borrow_mut().push(wait);
        ready(())
    };
    let busy = async |_: Attempt| Err::<(), _>(Fault::Busy);
    let _ = PLAIN.with_max(5).run(busy).sleep(note).await;
    let expected = [100_000, 150_000, 225_000, 337_500, 506_250].map(Duration::from_micros);
    assert_eq!(waits.take(), expected);
    let _ = PLAIN
        .with_backoff(Backoff::none())
        .run(busy)
        .sleep(note)
        .await;
    assert!(waits.take().is_empty(), "a wait of zero asks no timer");
    let given = [7, 0, 9].map(MS);
    let _ = PLAIN.run(busy).sleep(note).backoff(given).await;
    assert_eq!(waits.take(), [MS(7), MS(9)]);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_given_delays_or_max_ends_the_retries() {
    for (max, attempts) in [(9, 3), (1, 2), (0, 1)] {
        let count = Cell::new(0);
        let run = PLAIN.with_max(max).run(async |_| {
            count.set(count.get() + 1);
            Err::<(), _>(Fault::Busy)
        });
        assert_eq!(run.backoff([MS(1), MS(2)]).await, Err(Fault::Busy));
        assert_eq!(count.get(), attempts, "max = {max}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_classifies_itself_unless_on_does() {
    let count = Cell::new(0);
    let fatal = async |_: Attempt| {
        count.set(count.get() + 1);
        Err::<(), _>(Fault::Fatal)
    };
    assert_eq!(PLAIN.run(fatal).await, Err(Fault::Fatal));
    assert_eq!(count.take(), 1);
    let _ = PLAIN.run(fatal).on(|fault| *fault == Fault::Fatal).await;
    assert_eq!(count.take(), 4);
    let start = Instant::now();
    let pushed = |_: &Fault| Verdict::refused().with_pushback(MS(5));
    let _ = PLAIN.run(fatal).on(pushed).await;
    assert_eq!((count.take(), start.elapsed()), (4, MS(15)));
}

#[tokio::test(start_paused = true)]
async fn a_response_is_retried_and_the_last_one_comes_back() {
    let budget = Budget::standard().reserve(30);
    let numbers = async |at: Attempt| Ok::<_, Fault>(at.number());
    let run = PLAIN.run(numbers).budget(&budget);
    assert_eq!(run.on_ok(|number| *number < 3).await, Ok(3));
    assert!(
        (30.0..31.0).contains(&budget.level()),
        "two were spent, and the retry that helped has earned them back"
    );
    let run = PLAIN.run(numbers).budget(&budget);
    assert_eq!(run.on_ok(|_| Verdict::transient()).await, Ok(4));
    assert_eq!(PLAIN.run(numbers).on_ok(|_| false).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_gone_before_the_next_one_is_made() {
    let log = Log::new();
    let policy = PLAIN
        .with_max(1)
        .with_timeout(MS(50))
        .with_backoff(Backoff::none());
    let run = policy.run(|_| {
        log.note("made");
        let dropped = Dropped(&log);
        async move {
            let _dropped = dropped;
            pending::<Result<(), Fault>>().await
        }
    });
    assert!(ended(run).await.is_err());
    let expected = [("made", 0), ("dropped", 50), ("made", 50), ("dropped", 100)];
    assert_eq!(log.events(), expected);
}

#[tokio::test(start_paused = true)]
async fn each_retry_goes_to_another_node() {
    let nodes = [1, 2, 3];
    let chosen = RefCell::new(Vec::<u32>::new());
    let run = PLAIN.with_max(2).run(async |at| {
        chosen.borrow_mut().extend(at.choose(&nodes));
        Err::<(), _>(Fault::Busy)
    });
    let _ = run.await;
    chosen.borrow_mut().sort_unstable();
    assert_eq!(*chosen.borrow(), nodes);

    let mut starts = HashSet::new();
    for _ in 0..100 {
        let run = PLAIN.run(async |at| Ok::<_, Fault>(at.choose(&nodes)));
        starts.insert(run.await.unwrap());
    }
    assert_eq!(starts.len(), 3, "clients spread over the nodes");
}
