//! `jitter`: how much of each delay is left to chance.

mod support;

use retry_runtime::retry;
use std::time::Duration;
use support::{Calls, Fault, asked, ms};

/// A sync function that always fails, and whose timer only writes down. It has
/// no budget, which would end so many draws.
macro_rules! down {
    ($name:ident, $($options:tt)*) => {
        #[retry(sleep = support::skip, budget = none, $($options)*)]
        fn $name(calls: &Calls) -> Result<u32, Fault> {
            calls.fail()
        }
    };
}

down!(none, jitter = none, max = 50, backoff = fixed(1s));
down!(equal, jitter = equal, max = 1, backoff = fixed(1s));
down!(by_default, max = 1, backoff = fixed(1s));
down!(full, jitter = full, max = 1, backoff = fixed(1s));
down!(fifth, jitter = 0.2, max = 1, backoff = fixed(1s));
down!(later, jitter = full, max = 3, backoff = fixed(1s));
down!(random, max = 1, backoff = random(1s, 3s));
down!(
    random_jittered,
    jitter = full,
    max = 1,
    backoff = random(1s, 3s)
);
down!(decorrelated, max = 1, backoff = decorrelated(1s, 20s));
down!(growing, jitter = 0.2, max = 30, backoff = exp(100ms, 2, 1s));

const DRAWS: u32 = 20_000;

/// Above this the largest distance between the draws and the uniform
/// distribution is no accident: 2·exp(-2·DRAWS·D²) = 2e-10 (the bound of
/// Dvoretzky, Kiefer, Wolfowitz and Massart).
const DISTANCE: f64 = 0.024;

/// Draws many delays with `call`, and holds them against the uniform
/// distribution over `low..=high` (Kolmogorov and Smirnov).
fn assert_uniform(low: Duration, high: Duration, mut draw: impl FnMut() -> Duration) {
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let delay = draw();
            assert!((low..=high).contains(&delay), "{delay:?} is out of bounds");
            (delay - low).div_duration_f64(high - low)
        })
        .collect();
    draws.sort_by(f64::total_cmp);
    let distance = (0..DRAWS)
        .zip(&draws)
        .map(|(rank, draw)| {
            let (below, above) = (
                f64::from(rank) / f64::from(DRAWS),
                f64::from(rank + 1) / f64::from(DRAWS),
            );
            (draw - below).abs().max((above - draw).abs())
        })
        .fold(0.0, f64::max);
    assert!(distance < DISTANCE, "not uniform: {distance}");
}

/// The last delay of a call that fails.
fn last(call: fn(&Calls) -> Result<u32, Fault>) -> Duration {
    asked();
    assert!(call(&Calls::new()).is_err());
    *asked().last().expect("a delay")
}

#[test]
fn none_leaves_nothing_to_chance() {
    asked();
    assert!(none(&Calls::new()).is_err());
    assert_eq!(asked(), [ms(1000); 50]);
}

#[test]
fn equal_draws_the_upper_half() {
    assert_uniform(ms(500), ms(1000), || last(equal));
}

#[test]
fn equal_is_the_default() {
    assert_uniform(ms(500), ms(1000), || last(by_default));
}

#[test]
fn full_draws_all_of_the_delay() {
    assert_uniform(Duration::ZERO, ms(1000), || last(full));
}

#[test]
fn a_fraction_draws_that_part_below_the_delay() {
    assert_uniform(ms(800), ms(1000), || last(fifth));
}

#[test]
fn every_retry_draws_anew() {
    assert_uniform(Duration::ZERO, ms(1000), || last(later));
}

#[test]
fn a_random_backoff_is_not_jittered_unless_that_is_written() {
    assert_uniform(ms(1000), ms(3000), || last(random));
    assert_uniform(ms(1000), ms(3000), || last(decorrelated));
}

#[test]
fn a_jitter_that_is_written_goes_on_top_of_a_random_backoff() {
    let below = (0..1000).filter(|_| last(random_jittered) < ms(1000));
    // The chance is ln 3 / 2, or 0.55; without the jitter it is 0.
    let below = below.count();
    assert!((400..700).contains(&below), "{below} of 1000");
}

/// The delays of one call do not depend on one another: pairs of them fill a
/// square evenly. The sum is above 75 by chance once in 10^9 (chi-squared with
/// 15 degrees of freedom).
#[test]
fn delays_of_one_call_do_not_follow_from_one_another() {
    let mut cells = [[0_u32; 4]; 4];
    let quarter = |delay: Duration| (delay.as_millis() * 4 / 1001) as usize;
    for _ in 0..DRAWS {
        asked();
        assert!(later(&Calls::new()).is_err());
        let delays = asked();
        cells[quarter(delays[0])][quarter(delays[1])] += 1;
    }
    let expected = f64::from(DRAWS) / 16.0;
    let sum: f64 = cells
        .iter()
        .flatten()
        .map(|count| (f64::from(*count) - expected).powi(2) / expected)
        .sum();
    assert!(sum < 75.0, "chi-squared is {sum}: {cells:?}");
}

#[test]
fn jitter_never_lengthens_a_delay_nor_passes_the_cap() {
    for _ in 0..500 {
        asked();
        assert!(growing(&Calls::new()).is_err());
        let mut ceiling = ms(100);
        for delay in asked() {
            assert!((ceiling.mul_f64(0.799_999)..=ceiling).contains(&delay));
            ceiling = (ceiling * 2).min(ms(1000));
        }
    }
}

#[test]
fn two_calls_draw_different_delays() {
    let draw = || {
        asked();
        assert!(growing(&Calls::new()).is_err());
        asked()
    };
    assert_ne!(draw(), draw());
}

#[test]
fn two_threads_draw_different_delays() {
    let draw = || {
        asked();
        assert!(growing(&Calls::new()).is_err());
        asked()
    };
    let threads = [std::thread::spawn(draw), std::thread::spawn(draw)];
    let [one, other] = threads.map(|thread| thread.join().expect("no panic"));
    assert_ne!(one, other);
}
