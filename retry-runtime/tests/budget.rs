//! Budgets: exact figures at given instants, and exact sums under contention.
#![cfg(not(loom))]
#![allow(clippy::float_cmp, reason = "the figures compared are exact by design")]

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use retry_runtime::Budget;

#[cfg(not(feature = "tokio"))]
use std::time::Instant;
#[cfg(feature = "tokio")]
use tokio::time::Instant;

fn succeed(budget: &Budget, times: u32) {
    for _ in 0..times {
        budget.record_success();
    }
}

/// Asks until it is refused; a budget without end is cut off.
fn granted(budget: &Budget, now: Instant, max: u32) -> usize {
    (0..100_000)
        .take_while(|_| budget.try_retry_at(now, max))
        .count()
}

/// The same to within the rounding of `f64`.
#[track_caller]
fn assert_near(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() < 1e-9,
        "{actual} is not {expected}"
    );
}

fn seconds(s: f64) -> Duration {
    Duration::from_secs_f64(s)
}

#[test]
fn the_reserve_is_there_at_the_start_and_no_more() {
    let now = Instant::now();
    assert_eq!(granted(&Budget::standard(), now, 3), 30);
    assert_eq!(granted(&Budget::default(), now, 3), 30);
    assert_eq!(granted(&Budget::new(100).unwrap().reserve(5), now, 3), 5);
}

#[test]
fn the_reserve_holds_all_retries_of_one_call() {
    let now = Instant::now();
    assert_eq!(granted(&Budget::standard(), now, 50), 50);
    assert_eq!(granted(&Budget::standard().reserve(0), now, 3), 3);
    assert_eq!(granted(&Budget::standard().reserve(0), now, 0), 0);
}

#[test]
fn a_larger_max_that_asks_later_makes_no_tokens() {
    let now = Instant::now();
    let budget = Budget::standard().reserve(0);
    assert_eq!(granted(&budget, now, 3), 3);
    assert_eq!(granted(&budget, now, 50), 0);
    assert_eq!(granted(&budget, now + seconds(3600.0), 50), 0);
}

#[test]
fn a_larger_max_that_asks_later_lets_the_reserve_fill_higher() {
    let start = Instant::now();
    let budget = Budget::new(100).unwrap().reserve(0);
    assert!(budget.try_retry_at(start, 1));
    assert!(!budget.try_retry_at(start, 10));
    succeed(&budget, 10);
    assert_eq!(budget.level_at(start), 10.0);
    assert!(budget.try_retry_at(start, 1));
    // 9 left: within the reserve of 10, so nothing fades.
    assert_eq!(budget.level_at(start + seconds(1000.0)), 9.0);
}

#[test]
fn successes_before_the_first_ask_do_not_count() {
    let now = Instant::now();
    let budget = Budget::standard();
    succeed(&budget, 1_000);
    assert_eq!(budget.level_at(now), 30.0);
    assert_eq!(granted(&budget, now, 3), 30);
}

#[test]
fn at_one_instant_a_success_earns_its_share() {
    let now = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, now, 3), 30);
    succeed(&budget, 4);
    assert_eq!(budget.level_at(now), 0.8);
    assert!(!budget.try_retry_at(now, 3));
    succeed(&budget, 1);
    assert_eq!(granted(&budget, now, 3), 1);
    assert_eq!(budget.level_at(now), 0.0);
    for _ in 0..1_000 {
        succeed(&budget, 1);
        assert!(!budget.try_retry_at(now, 3) || budget.level_at(now) == 0.0);
    }
    assert_eq!(budget.level_at(now), 0.0);
}

#[test]
fn what_is_earned_fades_by_the_mean_of_its_age() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, start, 3), 30);
    succeed(&budget, 100);
    // 0.2 · 100 · W(1 - e^(-dt/W))/dt, with W = 10 s and dt = 5 s
    let gain = 20.0 * 10.0 * (1.0 - (-0.5_f64).exp()) / 5.0;
    assert_near(budget.level_at(start + seconds(5.0)), gain);
}

#[test]
fn only_what_exceeds_the_reserve_fades() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert!(budget.try_retry_at(start, 3));
    succeed(&budget, 105);
    assert_eq!(budget.level_at(start), 50.0);
    assert!(budget.try_retry_at(start, 3));
    // kept = 49: 30 stay, 19 fade with e^(-dt/W)
    assert_near(
        budget.level_at(start + seconds(10.0)),
        30.0 + 19.0 * (-1.0_f64).exp(),
    );
    assert_near(
        budget.level_at(start + seconds(20.0)),
        30.0 + 19.0 * (-2.0_f64).exp(),
    );
    assert_eq!(budget.level_at(start + seconds(1e6)), 30.0);

    // From below the reserve, nothing fades.
    assert!(granted(&budget, start + seconds(1e6), 3) == 30);
    succeed(&budget, 50);
    assert!(budget.try_retry_at(start + seconds(1e6), 3));
    assert_eq!(budget.level_at(start + seconds(2e6)), 9.0);
}

#[test]
fn asks_add_up_as_the_formula_says() {
    let start = Instant::now();
    let budget = Budget::new(30)
        .unwrap()
        .reserve(7)
        .window(seconds(2.5))
        .unwrap();
    let (mut kept, mut at) = (7.0_f64, 0.0_f64);
    assert!(budget.try_retry_at(start, 3));
    kept -= 1.0;
    for (now, n) in [
        (0.1, 40),
        (0.1, 3),
        (2.0, 0),
        (2.25, 500),
        (40.0, 9),
        (40.5, 0),
    ] {
        succeed(&budget, n);
        let dt: f64 = now - at;
        at = now;
        let fade = (-dt / 2.5).exp();
        let mean = if dt > 0.0 {
            2.5 * (1.0 - fade) / dt
        } else {
            1.0
        };
        kept = kept.min(7.0) + (kept - 7.0).max(0.0) * fade + 0.3 * f64::from(n) * mean;
        assert_near(budget.level_at(start + seconds(now)), kept);
        assert!(budget.try_retry_at(start + seconds(now), 3));
        kept -= 1.0;
    }
}

#[test]
fn a_steady_stream_settles_at_its_share_of_the_window() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert!(budget.try_retry_at(start, 3));
    let mut level = 0.0;
    // 50 successes a second for 100 s, looked at every 100 ms.
    for tick in 1..=1_000_u32 {
        succeed(&budget, 5);
        level = budget.level_at(start + Duration::from_millis(100) * tick);
        let asked = budget.try_retry_at(start + Duration::from_millis(100) * tick, 3);
        assert!(asked);
        budget.refund();
    }
    // The reserve, and 20 % of the 500 successes of 10 s.
    assert!((level - 130.0).abs() < 0.1, "{level}");
}

#[test]
fn time_alone_refills_nothing_by_default() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, start, 3), 30);
    assert_eq!(granted(&budget, start + seconds(86_400.0), 3), 0);
}

#[test]
fn per_second_fills_up_to_the_reserve() {
    let start = Instant::now();
    let budget = Budget::standard().reserve(5).per_second(2);
    assert_eq!(granted(&budget, start, 3), 5);
    assert_eq!(budget.level_at(start + seconds(0.25)), 0.5);
    assert_eq!(granted(&budget, start + seconds(1.0), 3), 2);
    assert_eq!(budget.level_at(start + seconds(100.0)), 5.0);
    // A floor, not an addition: what successes earn is not topped by it.
    succeed(&budget, 15);
    let gain = 3.0 * 10.0 * (1.0 - (-0.1_f64).exp()) / 1.0;
    assert_near(budget.level_at(start + seconds(2.0)), gain);
}

#[test]
fn a_clock_that_steps_back_changes_nothing() {
    let start = Instant::now();
    let later = start + seconds(10.0);
    let budget = Budget::standard().reserve(2).per_second(1);
    assert_eq!(granted(&budget, later, 1), 2);
    assert!(!budget.try_retry_at(start, 1));
    assert!(!budget.try_retry_at(later, 1));
    assert!(budget.try_retry_at(later + seconds(1.0), 1));
}

#[test]
fn a_refund_is_one_retry() {
    let now = Instant::now();
    let budget = Budget::standard().reserve(1);
    assert!(budget.try_retry_at(now, 1));
    budget.refund();
    assert_eq!(granted(&budget, now, 1), 1);
}

#[test]
fn figures_out_of_range_are_refused() {
    assert!(Budget::new(0).is_err());
    assert!(Budget::new(101).is_err());
    assert!(Budget::new(u32::MAX).is_err());
    assert!(Budget::new(1).is_ok() && Budget::new(100).is_ok());
    assert!(Budget::standard().window(Duration::ZERO).is_err());
    assert!(Budget::standard().window(Duration::from_nanos(1)).is_ok());
    assert!(Budget::standard().window(Duration::MAX).is_ok());
}

#[test]
fn statics_are_built_at_compile_time() {
    static PLAIN: Budget = Budget::standard().reserve(4).per_second(0);
    static CHECKED: Budget = match Budget::new(50) {
        Ok(budget) => match budget.window(Duration::from_secs(1)) {
            Ok(budget) => budget,
            Err(_) => panic!("the window is not zero"),
        },
        Err(_) => panic!("50 is a percentage"),
    };
    assert_eq!(PLAIN.level(), 4.0);
    assert_eq!(CHECKED.level(), 30.0);
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_budget_is_one_cache_line() {
    assert_eq!(size_of::<Budget>(), 64);
    assert_eq!(align_of::<Budget>(), 64);
}

/// Threads that succeed and ask at one instant: nothing fades, so the sum is exact.
#[test]
fn contention_neither_loses_nor_makes_tokens() {
    const THREADS: u32 = 8;
    const ROUNDS: u32 = 20_000;

    let now = Instant::now();
    let budget = Budget::standard();
    assert!(budget.try_retry_at(now, 3));
    let spent = AtomicU32::new(1);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    budget.record_success();
                    if budget.try_retry_at(now, 3) {
                        spent.fetch_add(1, Relaxed);
                    }
                }
            });
        }
    });
    let rest = granted(&budget, now, 3);
    assert_eq!(
        spent.into_inner() as usize + rest,
        (30 + THREADS * ROUNDS / 5) as usize
    );
    assert_eq!(budget.level_at(now), 0.0);
}

/// With time going on, what successes earn can only fade: the sum is a bound.
#[test]
fn contention_in_running_time_stays_within_the_bound() {
    const THREADS: u32 = 4;
    const ROUNDS: u32 = 20_000;

    let budget = Budget::standard();
    let spent = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    budget.record_success();
                    if budget.try_retry(3) {
                        spent.fetch_add(1, Relaxed);
                    }
                }
            });
        }
    });
    let spent = spent.into_inner();
    assert!((30..=30 + THREADS * ROUNDS / 5).contains(&spent), "{spent}");
}

#[cfg(feature = "tokio")]
#[tokio::test(start_paused = true)]
async fn the_clock_is_the_one_that_tests_pause() {
    let budget = Budget::standard().reserve(1).per_second(1);
    assert!(budget.try_retry(1));
    assert!(!budget.try_retry(1));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(budget.try_retry(1));
}
