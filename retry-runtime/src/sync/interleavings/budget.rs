//! Budgets under every interleaving of two or three threads.
#![allow(clippy::float_cmp, reason = "the figures compared are exact by design")]

use crate::budget::Budget;
use crate::time::clock::Instant;
use crate::verdict::Verdict;
use loom::sync::Arc;
use loom::thread;

/// At one instant nothing fades, so every sum is exact: 50 % makes a success half a token.
fn budget(reserve: u32, now: Instant) -> Arc<Budget> {
    let budget = Budget::new(50).unwrap().reserve(reserve + 1);
    // Failures cost once something has succeeded. The first ask opens the account:
    // what is counted before it earns nothing.
    budget.record_success();
    assert!(budget.try_retry_at(now, 0));
    Arc::new(budget)
}

#[test]
fn no_token_is_lost_or_made_between_successes_and_retries() {
    let now = Instant::now();
    loom::model(move || {
        let budget = budget(1, now);
        let successes = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || {
                budget.record_success();
                budget.record_success();
            })
        };
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || u32::from(budget.try_retry_at(now, 0)))
        };
        let mut granted = u32::from(budget.try_retry_at(now, 0));
        granted += other.join().unwrap();
        successes.join().unwrap();

        // 1 in the reserve and 2 · 50 % earned.
        assert!((1..=2).contains(&granted));
        let left = f64::from(2 - granted);
        assert_eq!(budget.level_at(now), left);
    });
}

#[test]
fn the_last_token_goes_to_one_of_two() {
    let now = Instant::now();
    loom::model(move || {
        let budget = budget(1, now);
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || budget.try_retry_at(now, 0))
        };
        let mine = budget.try_retry_at(now, 0);
        assert!(mine ^ other.join().unwrap());
    });
}

#[test]
fn the_account_is_opened_once() {
    let now = Instant::now();
    loom::model(move || {
        let budget = Budget::new(50).unwrap().reserve(1);
        budget.record_success();
        let budget = Arc::new(budget);
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || budget.try_retry_at(now, 2))
        };
        let mine = budget.try_retry_at(now, 1);
        let granted = u32::from(mine) + u32::from(other.join().unwrap());
        assert_eq!(granted, 2);
        // The first ask decides between a reserve of 2 and of 4.
        assert!([0.0, 2.0].contains(&budget.level_at(now)));
    });
}

#[test]
fn a_failure_meets_a_success() {
    let now = Instant::now();
    loom::model(move || {
        // 2 in the reserve, so that none of the orders stops at 0.
        let budget = budget(2, now);
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || {
                budget.record_failure_at(now, Verdict::transient());
            })
        };
        budget.record_success();
        budget.record_mended_at(now, Verdict::transient());
        other.join().unwrap();
        assert_eq!(budget.level_at(now), 2.0 - 1.0 + 0.5 + 2.0);
    });
}

#[test]
fn the_last_token_goes_to_a_failure_or_to_a_retry() {
    let now = Instant::now();
    loom::model(move || {
        let budget = budget(1, now);
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || {
                budget.record_failure_at(now, Verdict::transient());
            })
        };
        // Whichever comes first: no debt is made.
        let _ = budget.try_retry_at(now, 0);
        other.join().unwrap();
        assert_eq!(budget.level_at(now), 0.0);
    });
}

#[test]
fn a_refund_meets_a_retry() {
    let now = Instant::now();
    loom::model(move || {
        let budget = budget(1, now);
        let other = {
            let budget = Arc::clone(&budget);
            thread::spawn(move || {
                let granted = budget.try_retry_at(now, 0);
                if granted {
                    budget.refund();
                }
            })
        };
        let mine = budget.try_retry_at(now, 0);
        other.join().unwrap();
        assert_eq!(budget.level_at(now), f64::from(1 - u32::from(mine)));
    });
}
