//! The delays that each backoff gives, to the nanosecond.

use retry_words::{Backoff, KINDS};
use std::time::Duration;

fn backoff(text: &str) -> Backoff {
    text.parse().unwrap()
}

/// The delays before the first retries, in microseconds.
fn micros(text: &str, retries: u32) -> Vec<u128> {
    let delays = (1..=retries).map(|retry| backoff(text).delay(retry, Duration::ZERO, 0.0));
    delays
        .inspect(|delay| assert_eq!(delay.subsec_nanos() % 1_000, 0))
        .map(|delay| delay.as_micros())
        .collect()
}

#[test]
fn exponential_delays_are_exact() {
    assert_eq!(
        micros("exp(100ms, 1.5, 1s)", 8),
        [
            100_000, 150_000, 225_000, 337_500, 506_250, 759_375, 1_000_000, 1_000_000
        ]
    );
    assert_eq!(micros("exp(1ms, 1, 1s)", 3), [1_000, 1_000, 1_000]);
}

#[test]
fn exponential_delays_are_rounded_to_the_nearest_nanosecond() {
    let delay = |retry| backoff("exp(0.005us, 1.5, 1s)").delay(retry, Duration::ZERO, 0.0);
    assert_eq!(delay(2), Duration::from_nanos(8));
    assert_eq!(delay(3), Duration::from_nanos(11));
}

#[test]
fn linear_delays_grow_by_the_step() {
    assert_eq!(
        micros("linear(100ms, 50ms, 220ms)", 5),
        [100_000, 150_000, 200_000, 220_000, 220_000]
    );
}

#[test]
fn fibonacci_delays_follow_the_sequence() {
    assert_eq!(
        micros("fib(10ms, 1s)", 8),
        [
            10_000, 10_000, 20_000, 30_000, 50_000, 80_000, 130_000, 210_000
        ]
    );
}

#[test]
fn none_and_fixed_do_not_change() {
    assert_eq!(micros("none", 3), [0, 0, 0]);
    assert_eq!(micros("fixed(50ms)", 3), [50_000, 50_000, 50_000]);
}

#[test]
fn random_delays_reach_both_ends() {
    let ms = Duration::from_millis;
    let delay = |random| backoff("random(100ms, 200ms)").delay(5, ms(9_999), random);
    assert_eq!(delay(0.0), ms(100));
    assert_eq!(delay(0.5), ms(150));
    assert_eq!(delay(1.0), ms(200));
    assert_eq!(delay(f64::NAN), ms(100));
    let only = Backoff::random(ms(100), ms(100)).unwrap();
    assert_eq!(only.delay(1, ms(0), 0.5), ms(100));
}

#[test]
fn decorrelated_delays_depend_on_the_one_before() {
    let ms = Duration::from_millis;
    let delay =
        |retry, previous, random| backoff("decorrelated(100ms, 1s)").delay(retry, previous, random);
    // Before the first retry there is no delay: what is passed does not matter.
    assert_eq!(delay(1, ms(900), 0.5), ms(200));
    assert_eq!(delay(2, ms(200), 0.5), ms(350));
    assert_eq!(delay(2, ms(0), 1.0), ms(300));
    // Drawn first, cut to the cap second.
    assert_eq!(delay(3, ms(900), 0.0), ms(100));
    assert_eq!(delay(3, ms(900), 0.9), ms(1_000));
    assert_eq!(delay(3, Duration::MAX, 0.9), ms(1_000));
}

#[test]
fn the_last_retry_of_all_comes_at_once_to_its_cap() {
    let last = |text: &str| backoff(text).delay(u32::MAX, Duration::MAX, 0.999);
    let max = "18446744073709551615.999999999s";
    assert_eq!(last(&format!("fib(0.001us, {max})")), Duration::MAX);
    assert_eq!(last(&format!("exp(0.001us, 1.5, {max})")), Duration::MAX);
    assert_eq!(last(&format!("exp({max}, 1, {max})")), Duration::MAX);
    assert_eq!(last(&format!("linear({max}, {max}, {max})")), Duration::MAX);
    assert_eq!(last(&format!("decorrelated({max}, {max})")), Duration::MAX);
}

#[test]
fn a_long_first_delay_is_not_rounded() {
    let first = Duration::new(u64::MAX / 4, 123_456_789);
    let backoff = Backoff::exp(first, 2.0, Duration::MAX).unwrap();
    assert_eq!(backoff.delay(1, Duration::ZERO, 0.0), first);
    // There is no retry 0: it counts as the first.
    assert_eq!(backoff.delay(0, Duration::ZERO, 0.0), first);
}

#[test]
fn bounds_are_those_written() {
    for (text, shortest, longest) in [
        ("none", 0, 0),
        ("fixed(50ms)", 50, 50),
        ("linear(1ms, 2ms, 3ms)", 1, 3),
        ("exp(1ms, 2, 3ms)", 1, 3),
        ("fib(1ms, 3ms)", 1, 3),
        ("random(1ms, 3ms)", 1, 3),
        ("decorrelated(1ms, 3ms)", 1, 3),
    ] {
        let backoff = backoff(text);
        assert_eq!(backoff.shortest_first().as_millis(), shortest, "{text}");
        assert_eq!(backoff.longest().as_millis(), longest, "{text}");
    }
}

#[test]
fn chance_is_part_of_two_kinds() {
    let texts = [
        "random(1ms, 3ms)",
        "decorrelated(1ms, 3ms)",
        "none",
        "fixed(50ms)",
        "linear(1ms, 2ms, 3ms)",
        "exp(1ms, 2, 3ms)",
        "fib(1ms, 3ms)",
    ];
    let random = texts.map(|text| backoff(text).is_random());
    assert_eq!(random, [true, true, false, false, false, false, false]);
}

#[test]
fn each_kind_says_its_name_its_form_and_how_many_arguments_it_takes() {
    let kinds = KINDS
        .iter()
        .map(|kind| (kind.name(), kind.form(), kind.arity()));
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [
            ("none", "none", 0),
            ("fixed", "fixed(delay)", 1),
            ("linear", "linear(first, step, cap)", 3),
            ("exp", "exp(first, factor, cap)", 3),
            ("fib", "fib(first, cap)", 2),
            ("random", "random(low, high)", 2),
            ("decorrelated", "decorrelated(first, cap)", 2),
        ]
    );
}
