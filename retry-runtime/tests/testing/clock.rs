//! The clock, without any runtime and on tokio's.

use crate::support::{block_on, poll_once, refused, reset};
use retry_runtime::testing::{
    CallEnding, advance, isolated, isolated_blocking, paused, record, sleep,
};
use retry_runtime::{Budget, Ended, Policy, retry};
use std::cell::Cell;
use std::future::pending;
use std::io;
use std::time::{Duration, Instant};

const HOUR: Duration = Duration::from_secs(3600);

#[retry(max = 3, backoff = fixed(1h), timeout = 1h, budget = none)]
async fn slow(attempts: &Cell<u32>) -> io::Result<u32> {
    attempts.set(attempts.get() + 1);
    match attempts.get() {
        1 => pending().await,
        2 => {
            sleep(HOUR / 2).await;
            Err(reset())
        }
        _ => {
            sleep(HOUR / 2).await;
            Ok(7)
        }
    }
}

#[test]
fn hours_go_by_in_no_time() {
    let begun = Instant::now();
    let attempts = Cell::new(0);
    let (outcome, record) = block_on(paused(record(slow(&attempts))));
    assert_eq!(outcome.unwrap(), 7);
    assert_eq!(record.call().attempts().len(), 3);
    assert!(
        record.call().attempts()[0]
            .verdict()
            .unwrap()
            .is_timed_out()
    );
    assert!(begun.elapsed() < HOUR / 10);
}

#[test]
fn a_deadline_goes_by_it() {
    #[retry(max = 9, backoff = fixed(10m), jitter = none, deadline = 1h)]
    async fn get() -> io::Result<u32> {
        sleep(HOUR / 4).await;
        Err(refused())
    }
    // 15 minutes, 10, 15, 10: at 50 the third attempt begins, and is cut.
    let (outcome, record) = block_on(paused(record(get())));
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(record.call().attempts().len(), 3);
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Deadline));
}

/// No timer is at work here: the clock is moved by the service itself.
#[test]
fn a_deadline_sees_that_the_clock_was_moved() {
    #[retry(max = 9, backoff = none, deadline = 1h, budget = none)]
    async fn get(attempts: &Cell<u32>) -> io::Result<u32> {
        attempts.set(attempts.get() + 1);
        advance(HOUR / 2);
        Err(refused())
    }
    let attempts = Cell::new(0);
    let outcome = block_on(paused(get(&attempts)));
    assert!(outcome.is_err());
    assert_eq!(attempts.get(), 2);
}

#[test]
fn a_budget_is_refilled_by_time_that_is_moved() {
    isolated_blocking(|| {
        let budget = Budget::standard().reserve(5).per_second(1);
        budget.record_success();
        let spent = (0..100).filter(|_| budget.try_retry(1)).count();
        assert_eq!(spent, 5);
        advance(Duration::from_secs(3));
        assert_eq!((0..100).filter(|_| budget.try_retry(1)).count(), 3);
    });
}

#[test]
fn hedges_start_when_their_time_has_come() {
    #[retry(hedge = 1h)]
    async fn get(attempts: &Cell<u32>) -> io::Result<u32> {
        attempts.set(attempts.get() + 1);
        match attempts.get() {
            1 => pending().await,
            number => Ok(number),
        }
    }
    let attempts = Cell::new(0);
    let begun = Instant::now();
    assert_eq!(block_on(paused(get(&attempts))).unwrap(), 2);
    assert!(begun.elapsed() < HOUR / 10);
}

#[test]
fn several_wait_in_the_order_of_their_time() {
    let order = std::cell::RefCell::new(Vec::new());
    block_on(paused(async {
        let wait = async |hours: u32| {
            sleep(HOUR * hours).await;
            order.borrow_mut().push(hours);
        };
        let mut waits = [Box::pin(wait(3)), Box::pin(wait(1)), Box::pin(wait(2))].map(Some);
        std::future::poll_fn(|cx| {
            for slot in &mut waits {
                let ended = slot
                    .as_mut()
                    .is_some_and(|wait| wait.as_mut().poll(cx).is_ready());
                if ended {
                    *slot = None;
                }
            }
            if waits.iter().all(Option::is_none) {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }));
    assert_eq!(*order.borrow(), [1, 2, 3]);
}

/// As the branch of a `select!` that another one keeps from being polled.
#[test]
fn a_wait_that_nobody_polls_holds_up_no_other() {
    block_on(paused(async {
        let mut early = Box::pin(sleep(HOUR));
        assert!(!poll_once(&mut early));
        sleep(HOUR * 2).await;
        let mut late = Box::pin(sleep(HOUR));
        assert!(!poll_once(&mut late));
        assert!(poll_once(&mut early));
        sleep(HOUR * 2).await;
        sleep(HOUR * 2).await;
        assert!(poll_once(&mut late));
    }));
}

/// Each thread is a task of its own.
#[test]
fn threads_share_a_clock() {
    use retry_runtime::testing::Scope;
    let waited = block_on(paused(async {
        let scope = Scope::current();
        let other = std::thread::spawn(move || block_on(scope.wrap(sleep(HOUR * 2))));
        sleep(HOUR).await;
        other.join().is_ok()
    }));
    assert!(waited);
}

#[test]
#[should_panic = "only a test's own clock can be moved"]
fn the_clock_of_the_process_is_not_moved() {
    advance(HOUR);
}

#[test]
fn a_run_waits_on_it() {
    let policy = Policy::DEFAULT.with_max(2).with_timeout(HOUR);
    let (outcome, record) = block_on(paused(record(policy.run(|_| pending::<io::Result<u32>>()))));
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(record.call().attempts().len(), 3);
}

#[cfg(feature = "tokio")]
mod of_tokio {
    use super::*;

    /// Budgets and deadlines, without `paused`.
    #[tokio::test(start_paused = true)]
    async fn it_follows_the_runtimes_pause() {
        isolated(async {
            let budget = Budget::standard().reserve(5).per_second(1);
            budget.record_success();
            assert_eq!((0..100).filter(|_| budget.try_retry(1)).count(), 5);
            tokio::time::advance(Duration::from_secs(2)).await;
            assert_eq!((0..100).filter(|_| budget.try_retry(1)).count(), 2);

            let attempts = Cell::new(0);
            let begun = tokio::time::Instant::now();
            assert_eq!(slow(&attempts).await.unwrap(), 7);
            assert!(begun.elapsed() > HOUR * 2);
        })
        .await;
    }

    /// Each of them waits, and is told by the one before.
    #[tokio::test]
    async fn tasks_wait_in_the_order_of_their_time() {
        use retry_runtime::testing::Scope;
        use std::sync::{Arc, Mutex};
        let order = Arc::new(Mutex::new(Vec::new()));
        paused(async {
            let scope = Scope::current();
            let tasks = [3, 1, 2].map(|hours| {
                let order = Arc::clone(&order);
                tokio::spawn(scope.wrap(async move {
                    for round in 0..3 {
                        sleep(HOUR * hours).await;
                        order.lock().unwrap().push((hours * (round + 1), hours));
                    }
                }))
            });
            for task in tasks {
                task.await.unwrap();
            }
        })
        .await;
        let order: Vec<_> = order.lock().unwrap().iter().map(|(at, _)| *at).collect();
        assert_eq!(order, [1, 2, 2, 3, 3, 4, 6, 6, 9]);
    }

    /// What one task hands to the next is done before the clock goes on.
    #[tokio::test]
    async fn tasks_that_hand_on_have_their_turn() {
        use retry_runtime::testing::Scope;
        use tokio::sync::oneshot;
        let late = paused(async {
            let scope = Scope::current();
            let (first, mut last) = oneshot::channel::<()>();
            for _ in 0..5 {
                let (next, receiver) = oneshot::channel();
                let before = std::mem::replace(&mut last, receiver);
                tokio::spawn(scope.wrap(async move {
                    before.await.unwrap();
                    next.send(()).unwrap();
                }));
            }
            let quick = tokio::spawn(scope.wrap(async move {
                last.await.unwrap();
                sleep(HOUR).await;
            }));
            let slow = tokio::spawn(scope.wrap(sleep(HOUR * 2)));
            first.send(()).unwrap();
            quick.await.unwrap();
            slow.is_finished()
        })
        .await;
        assert!(!late);
    }

    /// Without tokio's `test-util`.
    #[tokio::test]
    async fn a_clock_that_stands_still_goes_before_the_runtimes() {
        let attempts = Cell::new(0);
        let begun = Instant::now();
        assert_eq!(paused(slow(&attempts)).await.unwrap(), 7);
        assert!(begun.elapsed() < HOUR / 10);
    }
}

#[cfg(not(feature = "tokio"))]
#[test]
fn what_is_not_paused_waits() {
    let begun = Instant::now();
    block_on(isolated(sleep(Duration::from_millis(30))));
    assert!(begun.elapsed() >= Duration::from_millis(30));
}
