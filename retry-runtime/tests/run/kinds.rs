//! Closures of other kinds, and what a run can be told of polls and errors.

use crate::support::{Fault, MS, PLAIN};
use retry_runtime::{Attempt, Budget, Elapsed, Jitter, Policy, Verdict};
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::time::Duration;
use tokio::time::Instant;

#[test]
fn a_blocking_closure_is_retried_alike() {
    let (count, waits) = (Cell::new(0), RefCell::new(Vec::new()));
    thread_local!(static WAITS: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) });
    let outcome = PLAIN
        .run_blocking(|at: Attempt| {
            count.set(count.get() + 1);
            assert_eq!(at.number(), count.get());
            Err::<(), _>(Fault::Busy)
        })
        .sleep(|wait| WAITS.with(|waits| waits.borrow_mut().push(wait.as_millis())))
        .call();
    assert_eq!((outcome, count.get()), (Err(Fault::Busy), 4));
    waits.replace(WAITS.take());
    assert_eq!(waits.take().len(), 3);
}

#[test]
fn a_blocking_poll_takes_nothing_from_the_budget() {
    let budget = Budget::standard().reserve(0);
    let number = PLAIN
        .run_blocking(|at| Ok::<_, Fault>(at.number()))
        .until(|number| *number == 4)
        .budget(&budget)
        .sleep(|_| ())
        .call();
    assert_eq!(number, Ok(4));
}

#[tokio::test(start_paused = true)]
async fn a_poll_ends_with_the_last_response_or_with_an_error() {
    let numbers = async |at: Attempt| Ok::<_, Fault>(at.number());
    assert_eq!(PLAIN.run(numbers).until(|_| false).await, Ok(4));
    let start = Instant::now();
    let unfinished = PLAIN
        .run(numbers)
        .until(|_| false)
        .unfinished(|number| {
            if number == 4 {
                Fault::Fatal
            } else {
                Fault::Busy
            }
        })
        .await;
    assert_eq!(unfinished, Err(Fault::Fatal));
    assert!(start.elapsed() > MS(0), "it waits between two questions");
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_again_is_no_retry_to_what_is_inside_nor_to_the_hook() {
    let (inner, hooks) = (Cell::new(0), Cell::new(0));
    let outcome = PLAIN
        .run(async |at: Attempt| {
            let _ = PLAIN
                .run(async |_| {
                    inner.set(inner.get() + 1);
                    Err::<(), _>(Fault::Busy)
                })
                .await;
            Ok::<_, Fault>(at.number())
        })
        .until(|number| *number == 2)
        .before_retry(|_| {
            hooks.set(hooks.get() + 1);
            std::future::ready(())
        })
        .await;
    assert_eq!((outcome, inner.get(), hooks.get()), (Ok(2), 4 + 4, 0));
}

#[tokio::test(start_paused = true)]
async fn the_hook_sees_the_error_and_none_after_a_response() {
    let seen = RefCell::new(Vec::new());
    let outcome = PLAIN
        .run(async |at: Attempt| match at.number() {
            1 => Err(Fault::Busy),
            number => Ok(number),
        })
        .on_ok(|number| *number < 3)
        .before_retry_with(|at, error| {
            seen.borrow_mut()
                .push((at.number(), error.map(|error| *error)));
            std::future::ready(())
        })
        .await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(seen.take(), [(2, Some(Fault::Busy)), (3, None)]);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_told_of_the_last_real_error() {
    for (policy, attempts) in [
        (PLAIN.with_deadline(MS(1000)), 2),
        (PLAIN.with_timeout(MS(10)).with_deadline(MS(2000)), 4),
    ] {
        let count = Cell::new(0);
        let told = RefCell::new(Vec::new());
        let _ = policy
            .run(async |at: Attempt| {
                count.set(at.number());
                if at.number() > 1 {
                    pending::<()>().await;
                }
                Err::<(), _>(Fault::Busy)
            })
            .on(|_| true)
            .elapsed_with(|elapsed: Elapsed, last| {
                told.borrow_mut().push((elapsed.is_deadline(), last));
                last.unwrap_or(Fault::Fatal)
            })
            .await;
        assert_eq!(count.get(), attempts);
        assert_eq!(told.borrow()[0].1, Some(Fault::Busy), "by value, once");
    }
}

/// An error that is counted while it is there.
struct Counted<'a>(&'a Cell<u32>);

impl<'a> Counted<'a> {
    fn new(alive: &'a Cell<u32>) -> Self {
        alive.set(alive.get() + 1);
        Self(alive)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Of those that are kept for `elapsed_with`, which wants none that a limit made.
#[tokio::test(start_paused = true)]
async fn the_error_of_a_limit_is_gone_before_the_retry() {
    let (alive, seen) = (Cell::new(0), RefCell::new(Vec::new()));
    let outcome = PLAIN
        .with_timeout(MS(10))
        .run(async |_| {
            seen.borrow_mut().push(alive.get());
            pending::<Result<(), Counted<'_>>>().await
        })
        .on(|_| true)
        .elapsed_with(|_, _| Counted::new(&alive))
        .before_retry_with(|_, error| {
            assert!(error.is_some());
            std::future::ready(())
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(seen.take(), [0; 4]);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_an_attempt_bears_on_its_judgement() {
    let count = Cell::new(0);
    let outcome = PLAIN
        .run(async |at: Attempt| {
            count.set(at.number());
            Err::<(), _>(Fault::Fatal)
        })
        .on_attempt(|_, at| {
            if at.number() < 3 {
                Verdict::transient()
            } else {
                Verdict::permanent()
            }
        })
        .await;
    assert_eq!((outcome, count.get()), (Err(Fault::Fatal), 3));
}

#[tokio::test(start_paused = true)]
async fn an_async_closure_may_lend_and_change_what_it_captures() {
    let mut log = Vec::new();
    let outcome = PLAIN
        .run_async(async |at: Attempt| {
            log.push(at.number());
            tokio::task::yield_now().await;
            log.push(at.number());
            if log.len() < 5 {
                Err(Fault::Busy)
            } else {
                Ok(log.len())
            }
        })
        .call()
        .await;
    assert_eq!(outcome, Ok(6));
    assert_eq!(log, [1, 1, 2, 2, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn an_async_closure_is_cut_and_gives_back_what_it_did_not_use() {
    let budget = Budget::standard();
    let call = PLAIN
        .run_async(async |_| Err::<(), _>(Fault::Busy))
        .budget(&budget)
        .call();
    assert!(tokio::time::timeout(MS(1), call).await.is_err());
    assert!((budget.level() - 10.0).abs() < 1e-6, "{}", budget.level());
    let start = Instant::now();
    let cut = PLAIN
        .with_deadline(MS(50))
        .run_async(async |_| pending::<Result<(), Fault>>().await)
        .on(|_| true)
        .elapsed(|_| Fault::Fatal)
        .call()
        .await;
    assert_eq!((cut, start.elapsed()), (Err(Fault::Fatal), MS(50)));
}

#[test]
fn a_run_can_be_printed() {
    let run = PLAIN.run(async |_| Ok::<_, Fault>(())).name("ping");
    let text = format!("{run:?}");
    assert!(text.starts_with("Run { policy: Policy"), "{text}");
    let run = PLAIN.run_async(async |_| Ok::<_, Fault>(())).name("ping");
    let text = format!("{run:?}");
    assert!(text.starts_with("RunAsync { policy: Policy"), "{text}");
    let run = PLAIN.run_blocking(|_| Ok::<_, Fault>(())).name("ping");
    let text = format!("{run:?}");
    assert!(text.starts_with("RunBlocking { policy: Policy"), "{text}");
}

#[test]
fn the_delays_of_a_policy_are_those_of_its_calls() {
    let delays: Vec<_> = PLAIN.delays().map(|wait| wait.as_millis()).collect();
    assert_eq!(delays.len(), 3);
    assert!(PLAIN.with_max(0).delays().next().is_none());
}

#[test]
fn the_delays_of_a_policy_end_with_its_time() {
    let ms = Duration::from_millis;
    let sum = |policy: Policy| policy.delays().sum::<Duration>();
    let brief = PLAIN.with_retry_for(ms(400));
    assert_eq!(sum(brief), ms(100 + 150));
    assert_eq!(sum(brief.with_retry_for(ms(475))), ms(100 + 150 + 225));
    assert_eq!(sum(PLAIN.with_deadline(ms(200))), ms(100));
    let mut random = brief.with_jitter(Jitter::FULL).delays();
    let waited: Duration = random.by_ref().sum();
    assert!(waited <= ms(400), "{waited:?}");
    assert_eq!(random.next(), None);
}

#[tokio::test(start_paused = true)]
async fn it_is_told_of_each_failure_that_is_retried() {
    let told = RefCell::new(Vec::new());
    let outcome = PLAIN
        .with_max(2)
        .run(async |at: Attempt| match at.number() {
            1 => Err(Fault::Busy),
            number => Ok(number),
        })
        .on_ok(|_| true)
        .notify(|failure| {
            let wait = failure.delay().as_millis();
            told.borrow_mut()
                .push((failure.attempt(), failure.error().copied(), wait));
        })
        .await;
    assert_eq!(outcome, Ok(3));
    assert_eq!(told.take(), [(1, Some(Fault::Busy), 100), (2, None, 150)]);
}
