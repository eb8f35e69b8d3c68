//! Exact figures at given instants, and exact sums under contention.
#![allow(clippy::float_cmp, reason = "the figures compared are exact by design")]

use super::Budget;
use crate::time::clock::Instant;
use crate::verdict::Verdict;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

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
    assert_eq!(granted(&Budget::standard(), now, 3), 10);
    assert_eq!(granted(&Budget::default(), now, 3), 10);
    assert_eq!(granted(&Budget::new(100).unwrap().reserve(12), now, 3), 12);
    assert_eq!(
        granted(&Budget::standard().reserve(u32::MAX), now, 3),
        100_000
    );
}

#[test]
fn the_reserve_holds_all_retries_of_one_call() {
    let now = Instant::now();
    // A failure and its retry are two.
    for (max, reserve) in [(3, 10), (5, 10), (6, 12), (50, 100), (100, 200), (101, 200)] {
        let budget = Budget::standard();
        succeed(&budget, 1);
        assert_eq!(granted(&budget, now, max), reserve, "{max}");
    }
}

#[test]
fn no_max_is_a_way_round_the_budget() {
    let now = Instant::now();
    for max in [100, 1000, u32::MAX / 2, u32::MAX] {
        for calls_before in [0, 1] {
            let budget = Budget::standard();
            succeed(&budget, calls_before);
            assert_eq!(granted(&budget, now, max), 200, "{max}");
        }
    }
}

#[test]
fn a_reserve_of_zero_is_zero_whatever_the_max() {
    let now = Instant::now();
    for max in [0, 3, u32::MAX] {
        let budget = Budget::standard().reserve(0);
        assert_eq!(granted(&budget, now, max), 0, "{max}");
        succeed(&budget, 7);
        assert_eq!(granted(&budget, now, max), 1, "{max}");
    }
}

/// What a call that fails for good costs: how often it was sent.
fn attempts(budget: &Budget, now: Instant, max: u32) -> u32 {
    let mut made = 0;
    loop {
        made += 1;
        budget.record_failure_at(now, Verdict::transient());
        if made > max || !budget.try_retry_at(now, max) {
            return made;
        }
    }
}

#[test]
fn a_process_without_any_success_makes_all_retries_of_three_calls() {
    let now = Instant::now();
    for max in [1, 2, 3, 4, 7, 20, 66] {
        let budget = Budget::standard();
        for call in 1..=3 {
            // However long it takes.
            let now = now + seconds(60.0) * call;
            assert_eq!(attempts(&budget, now, max), max + 1, "{max}: call {call}");
        }
    }
    let budget = Budget::standard();
    let made: u32 = (0..100).map(|_| attempts(&budget, now, 3)).sum();
    assert_eq!(made, 100 + 10);
}

#[test]
fn after_a_success_a_failure_costs_what_a_retry_does() {
    let now = Instant::now();
    let budget = Budget::standard();
    succeed(&budget, 1);
    assert_eq!(attempts(&budget, now, 3), 4);
    assert_eq!(budget.level_at(now), 10.0 - 4.0 - 3.0);
    // Failure, retry, failure: nothing is left of three.
    assert_eq!(attempts(&budget, now, 3), 2);
    assert_eq!(budget.level_at(now), 0.0);
    assert_eq!(attempts(&budget, now, 3), 1);
    assert_eq!(budget.level_at(now), 0.0);
}

#[test]
fn a_failure_is_charged_by_its_verdict() {
    let now = Instant::now();
    for (verdict, cost) in [
        (Verdict::transient(), 1.0),
        (Verdict::refused(), 1.0),
        (Verdict::transient().overloaded(), 1.0),
        (Verdict::transient().with_pushback(seconds(1.0)), 1.0),
        (Verdict::transient().with_no_retry(), 1.0),
        (Verdict::not_sent(), 0.0),
        (Verdict::not_sent().overloaded(), 0.0),
        (Verdict::transient().against_service(false), 0.0),
        (Verdict::permanent(), 0.0),
        (Verdict::permanent().against_service(true), 0.0),
        (Verdict::permanent().overloaded(), 0.0),
    ] {
        let budget = Budget::standard();
        succeed(&budget, 1);
        budget.record_failure_at(now, verdict);
        assert_eq!(budget.level_at(now), 10.0 - cost, "{verdict}");
    }
}

#[test]
fn a_mended_failure_earns_by_its_verdict() {
    let now = Instant::now();
    for (verdict, earned) in [
        (Verdict::transient(), 2.0),
        (Verdict::refused(), 2.0),
        (Verdict::not_sent(), 2.0),
        (Verdict::transient().timed_out(), 5.0),
        (Verdict::transient().timed_out().overloaded(), 0.0),
        (Verdict::transient().overloaded(), 0.0),
        (Verdict::transient().with_pushback(seconds(1.0)), 0.0),
        (Verdict::refused().overloaded(), 0.0),
    ] {
        let budget = Budget::standard();
        assert!(budget.try_retry_at(now, 3));
        budget.record_mended_at(now, verdict);
        assert_eq!(budget.level_at(now), 9.0 + earned, "{verdict}");
    }
}

#[test]
fn the_public_methods_do_the_same_by_the_clock() {
    let budget = Budget::standard();
    succeed(&budget, 1);
    budget.record_failure(Verdict::transient());
    assert!(budget.try_retry(3));
    assert_eq!(budget.level(), 8.0);
    budget.record_mended(Verdict::transient());
    assert_eq!(budget.level(), 10.0);
}

/// What successes earn is counted from the first look at the clock on.
#[test]
fn what_takes_and_earns_nothing_is_no_look_at_the_clock() {
    let budget = Budget::standard();
    budget.record_failure(Verdict::permanent());
    budget.record_mended(Verdict::transient().overloaded());
    succeed(&budget, 100);
    assert_eq!(budget.level(), 10.0);
    succeed(&budget, 100);
    assert_eq!(budget.level(), 10.0);
    budget.record_failure(Verdict::transient());
    succeed(&budget, 100);
    assert!(budget.level() > 9.0);
}

#[test]
fn a_larger_max_that_asks_later_makes_no_tokens() {
    let now = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, now, 3), 10);
    assert_eq!(granted(&budget, now, 50), 0);
    assert_eq!(granted(&budget, now + seconds(3600.0), 50), 0);
}

#[test]
fn a_larger_max_that_asks_later_lets_the_reserve_fill_higher() {
    let start = Instant::now();
    let budget = Budget::new(100).unwrap();
    succeed(&budget, 1);
    assert_eq!(granted(&budget, start, 1), 10);
    assert!(!budget.try_retry_at(start, 10));
    succeed(&budget, 20);
    assert_eq!(budget.level_at(start), 20.0);
    assert!(budget.try_retry_at(start, 1));
    // 19 left: within the reserve of 20, so nothing fades.
    assert_eq!(budget.level_at(start + seconds(1000.0)), 19.0);
}

#[test]
fn a_failure_before_the_first_ask_takes_nothing_from_what_max_adds() {
    let now = Instant::now();
    let budget = Budget::standard();
    succeed(&budget, 1);
    budget.record_failure_at(now, Verdict::transient());
    assert_eq!(budget.level_at(now), 9.0);
    assert!(budget.try_retry_at(now, 50));
    assert_eq!(budget.level_at(now), 98.0);
}

#[test]
fn successes_before_the_first_failure_do_not_count() {
    let now = Instant::now();
    let budget = Budget::standard();
    succeed(&budget, 1_000);
    assert_eq!(budget.level_at(now), 10.0);
    assert_eq!(granted(&budget, now, 3), 10);
}

#[test]
fn at_one_instant_a_success_earns_its_share() {
    let now = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, now, 3), 10);
    succeed(&budget, 6);
    assert_eq!(budget.level_at(now), 0.9);
    assert!(!budget.try_retry_at(now, 3));
    succeed(&budget, 1);
    assert_eq!(granted(&budget, now, 3), 1);
    assert_near(budget.level_at(now), 0.05);
    let retries: usize = (0..1_000)
        .map(|_| {
            succeed(&budget, 1);
            granted(&budget, now, 3)
        })
        .sum();
    assert_eq!(retries, 150);
    assert_near(budget.level_at(now), 0.05);
}

#[test]
fn what_refills_the_reserve_does_not_fade() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, start, 3), 10);
    // One call an hour.
    for hour in 1..=25 {
        succeed(&budget, 1);
        let now = start + seconds(3600.0) * hour;
        assert_near(budget.level_at(now), 0.15 * f64::from(hour));
    }
    assert_eq!(granted(&budget, start + seconds(3600.0 * 25.0), 3), 3);
}

#[test]
fn only_what_exceeds_the_reserve_fades() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert!(budget.try_retry_at(start, 3));
    succeed(&budget, 140);
    assert_eq!(budget.level_at(start), 30.0);
    assert!(budget.try_retry_at(start, 3));
    // 29 are there: 10 stay, 19 fade with e^(-t/W).
    for windows in [1.0_f64, 2.0] {
        assert_near(
            budget.level_at(start + seconds(10.0 * windows)),
            10.0 + 19.0 * (-windows).exp(),
        );
    }
    assert_eq!(budget.level_at(start + seconds(1e6)), 10.0);
}

#[test]
fn beyond_the_reserve_an_even_income_fades_as_its_integral_says() {
    let start = Instant::now();
    let budget = Budget::new(20).unwrap();
    assert_eq!(granted(&budget, start, 3), 10);
    succeed(&budget, 100);
    // 20 tokens in 5 s: the first 2.5 s fill the reserve, those after come in at 4 a
    // second and fade: r · W · (1 - e^(-t/W)).
    let beyond = 4.0 * 10.0 * (1.0 - (-0.25_f64).exp());
    assert_near(budget.level_at(start + seconds(5.0)), 10.0 + beyond);
}

/// 3600 successes in an hour: by how often it is asked in between.
#[test]
fn the_level_is_the_same_however_often_it_is_asked_for() {
    let levels = [1, 60, 3600].map(|asks: u32| {
        let start = Instant::now();
        let budget = Budget::standard();
        assert_eq!(granted(&budget, start, 3), 10);
        for ask in 1..=asks {
            succeed(&budget, 3600 / asks);
            let now = start + seconds(3600.0) * ask / asks;
            // Brings the account up to date, and leaves it as it was.
            if budget.try_retry_at(now, 3) {
                budget.refund();
            }
        }
        budget.level_at(start + seconds(3600.0))
    });
    // The reserve, and 15 % of the ten successes of 10 s.
    for level in levels {
        assert!((level - 11.5).abs() < 1e-6, "{levels:?}");
    }
}

/// One call every so often, of which some fail at random and succeed when repeated:
/// no retry is lost, however rare the calls.
#[test]
fn blips_lose_no_retry_at_any_pace() {
    let mut random = fastrand::Rng::with_seed(7);
    for (every, blips) in [1.0, 5.0, 60.0, 3600.0]
        .into_iter()
        .flat_map(|every| [0.01, 0.02, 0.05, 0.1].map(|blips| (every, blips)))
    {
        let start = Instant::now();
        let budget = Budget::standard();
        for call in 0..20_000_u32 {
            let now = start + seconds(every) * call;
            let mut retries = 0;
            while random.f64() < blips && retries < 3 {
                budget.record_failure_at(now, Verdict::transient());
                assert!(
                    budget.try_retry_at(now, 3),
                    "call {call}, one in {every} s, {blips}"
                );
                retries += 1;
            }
            budget.record_success();
            if retries > 0 {
                budget.record_mended_at(now, Verdict::transient());
            }
        }
    }
}

/// After an outage that has taken all, the next blips of a rare caller are retried
/// as soon as the reserve allows.
#[test]
fn a_rare_caller_gets_its_reserve_back_after_an_outage() {
    let start = Instant::now();
    for every in [1.0, 60.0, 3600.0] {
        let budget = Budget::standard();
        succeed(&budget, 1);
        for call in 0..100 {
            attempts(&budget, start + seconds(every) * call, 3);
        }
        let end = start + seconds(every) * 100;
        assert_eq!(budget.level_at(end), 0.0);
        succeed(&budget, 66);
        assert_near(budget.level_at(end + seconds(every) * 66), 9.9);
    }
}

#[test]
fn asks_add_up_as_the_formula_says() {
    let start = Instant::now();
    let budget = Budget::new(30)
        .unwrap()
        .reserve(7)
        .window(seconds(2.5))
        .unwrap();
    succeed(&budget, 1);
    assert!(budget.try_retry_at(start, 3));
    let (mut level, mut at) = (6.0_f64, 0.0_f64);
    for (now, n) in [
        (0.1, 40),
        (0.1, 3),
        (2.0, 0),
        (2.25, 500),
        (40.0, 9),
        (40.5, 0),
        (41.0, 1),
    ] {
        succeed(&budget, n);
        let (dt, earned): (f64, f64) = (now - at, 0.3 * f64::from(n));
        at = now;
        let fills = earned.min((7.0 - level).max(0.0));
        let rest = earned - fills;
        let dt = if fills > 0.0 { dt * rest / earned } else { dt };
        let fade = (-dt / 2.5).exp();
        let mean = if dt > 0.0 {
            2.5 * (1.0 - fade) / dt
        } else {
            1.0
        };
        level = level.min(7.0) + fills + (level - 7.0).max(0.0) * fade + rest * mean;
        assert_near(budget.level_at(start + seconds(now)), level);
        assert!(budget.try_retry_at(start + seconds(now), 3));
        level -= 1.0;
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
        let now = start + Duration::from_millis(100) * tick;
        level = budget.level_at(now);
        assert!(budget.try_retry_at(now, 3));
        budget.refund();
    }
    // The reserve, and 15 % of the 500 successes of 10 s.
    assert!((level - 85.0).abs() < 0.1, "{level}");
}

#[test]
fn time_alone_refills_nothing_by_default() {
    let start = Instant::now();
    let budget = Budget::standard();
    assert_eq!(granted(&budget, start, 3), 10);
    assert_eq!(granted(&budget, start + seconds(86_400.0), 3), 0);
}

#[test]
fn per_second_fills_up_to_the_reserve() {
    let start = Instant::now();
    let budget = Budget::standard().per_second(2);
    assert_eq!(granted(&budget, start, 3), 10);
    assert_eq!(budget.level_at(start + seconds(0.25)), 0.5);
    assert_eq!(granted(&budget, start + seconds(1.0), 3), 2);
    assert_eq!(budget.level_at(start + seconds(100.0)), 10.0);
    // Whichever is faster, not both: 3 tokens by successes in a second, 2 by time.
    assert_eq!(granted(&budget, start + seconds(100.0), 3), 10);
    succeed(&budget, 20);
    assert_eq!(budget.level_at(start + seconds(101.0)), 3.0);
    assert_eq!(budget.level_at(start + seconds(102.0)), 4.0);
}

#[test]
fn a_clock_that_steps_back_changes_nothing() {
    let start = Instant::now();
    let later = start + seconds(10.0);
    let budget = Budget::standard().per_second(1);
    assert_eq!(granted(&budget, later, 1), 10);
    assert!(!budget.try_retry_at(start, 1));
    assert!(!budget.try_retry_at(later, 1));
    assert!(budget.try_retry_at(later + seconds(1.0), 1));
}

#[test]
fn a_refund_is_one_retry() {
    let now = Instant::now();
    let budget = Budget::standard();
    assert!(budget.try_retry_at(now, 1));
    budget.refund();
    assert_eq!(granted(&budget, now, 1), 10);
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
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[cfg_attr(feature = "testing", ignore = "a test's state takes room")]
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
        (10 + THREADS * ROUNDS * 3 / 20) as usize
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
    assert!(
        (10..=10 + THREADS * ROUNDS * 3 / 20).contains(&spent),
        "{spent}"
    );
}

#[cfg(feature = "tokio")]
#[tokio::test(start_paused = true)]
async fn the_clock_is_the_one_that_tests_pause() {
    let budget = Budget::standard().per_second(1);
    let granted = (0..20).filter(|_| budget.try_retry(1)).count();
    assert_eq!(granted, 10);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(budget.try_retry(1));
    assert!(!budget.try_retry(1));
}

#[test]
fn a_budget_like_another_has_its_figures_and_nothing_spent() {
    let now = Instant::now();
    let budget = Budget::new(100).unwrap().reserve(20).per_second(3);
    assert_eq!(granted(&budget, now, 3), 20);
    succeed(&budget, 5);
    let like = Budget::like(&budget);
    assert_eq!(granted(&like, now, 3), 20);
    succeed(&like, 1);
    assert_eq!(granted(&like, now, 3), 1);
    assert_eq!(granted(&like, now + seconds(1.0), 3), 3);
    assert_eq!(budget.level_at(now), 5.0);
}
