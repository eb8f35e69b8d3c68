//! The hedging delay: how near it is to the exact percentile, how it follows, what it caps.
#![cfg(not(loom))]

use std::time::Duration;

use retry_runtime::HedgeDelay;

/// Latencies as services have them: most of them near one figure, with a long tail.
fn latency(random: &mut fastrand::Rng, typical: Duration) -> Duration {
    // The sum of uniform draws is nearly normal; its exponential is log-normal.
    let normal: f64 = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
    typical.mul_f64((0.5 * normal).exp())
}

/// The nearest-rank percentile.
fn exact(mut samples: Vec<Duration>, percentile: usize) -> Duration {
    samples.sort();
    samples[(samples.len() * percentile).div_ceil(100) - 1]
}

#[track_caller]
fn assert_near(actual: Duration, expected: Duration, relative: f64) {
    let off = actual.as_secs_f64() / expected.as_secs_f64() - 1.0;
    assert!(
        off.abs() <= relative,
        "{actual:?} is off {expected:?} by {:.1} %",
        off * 100.0
    );
}

#[test]
fn nothing_is_hedged_before_enough_is_seen() {
    for (percentile, enough) in [(50, 20), (90, 100), (95, 200), (99, 1000)] {
        let delay = HedgeDelay::new().percentile(percentile).unwrap();
        for _ in 1..enough {
            delay.observe(Duration::from_millis(10));
            assert_eq!(delay.delay(), None);
        }
        delay.observe(Duration::from_millis(10));
        assert_near(
            delay.delay().unwrap(),
            Duration::from_millis(10),
            1.0 / 64.0,
        );
    }
}

#[test]
fn the_delay_changes_after_every_32nd_observation() {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    let mut changes = Vec::new();
    let mut last = None;
    for count in 1..=200_u32 {
        delay.observe(Duration::from_millis(u64::from(count)));
        if last != delay.delay() {
            last = delay.delay();
            changes.push(count);
        }
    }
    // The first one is there as soon as enough is known.
    assert_eq!(changes, [20, 32, 64, 96, 128, 160, 192]);
}

#[test]
fn its_debug_form_shows_the_settings_and_the_delay() {
    let delay = HedgeDelay::new().percentile(90).unwrap();
    let shown = format!("{delay:?}");
    for part in ["percentile: 90", "extra_load: 10", "delay: None"] {
        assert!(shown.contains(part), "{shown}");
    }
}

#[test]
fn the_percentile_is_within_a_64th_of_the_exact_one() {
    let mut random = fastrand::Rng::with_seed(7);
    for typical in [50, 700, 9_000, 150_000, 2_000_000] {
        for percentile in [50, 75, 90, 95, 99] {
            let delay = HedgeDelay::new()
                .percentile(u32::try_from(percentile).unwrap())
                .unwrap();
            // A multiple of 32, at which the delay is computed, and of none forgotten.
            let count = if percentile == 99 { 4_000 } else { 992 };
            let samples: Vec<_> = (0..count)
                .map(|_| latency(&mut random, Duration::from_micros(typical)))
                .collect();
            for sample in &samples {
                delay.observe(*sample);
            }
            assert_near(
                delay.delay().unwrap(),
                exact(samples, percentile),
                1.0 / 64.0,
            );
        }
    }
}

#[test]
fn the_shortest_latencies_have_a_delay_in_the_middle_of_their_microsecond() {
    for (nanos, half) in [(0, 500), (999, 500), (31_000, 31_500)] {
        let delay = HedgeDelay::new().percentile(50).unwrap();
        for _ in 0..20 {
            delay.observe(Duration::from_nanos(nanos));
        }
        assert_eq!(delay.delay(), Some(Duration::from_nanos(half)));
    }
}

#[test]
fn a_long_run_stays_near_the_exact_percentile() {
    let mut random = fastrand::Rng::with_seed(11);
    let typical = Duration::from_millis(20);
    let delay = HedgeDelay::new();
    let samples: Vec<_> = (0..100_000)
        .map(|_| latency(&mut random, typical))
        .collect();
    let truth = exact(samples.clone(), 95);
    for (index, sample) in samples.into_iter().enumerate() {
        delay.observe(sample);
        if index > 1_000 && index % 1_000 == 0 {
            // It remembers 500 to 1000: the rest is the noise of so few samples.
            assert_near(delay.delay().unwrap(), truth, 0.2);
        }
    }
}

#[test]
fn it_follows_a_service_that_slows_down_and_recovers() {
    let mut random = fastrand::Rng::with_seed(13);
    let (fast, slow) = (Duration::from_millis(10), Duration::from_millis(80));
    let delay = HedgeDelay::new();
    let truth = |typical| {
        let mut random = fastrand::Rng::with_seed(17);
        exact(
            (0..100_000)
                .map(|_| latency(&mut random, typical))
                .collect(),
            95,
        )
    };

    let mut observe = |typical, count| {
        for _ in 0..count {
            delay.observe(latency(&mut random, typical));
        }
        delay.delay().unwrap()
    };
    assert_near(observe(fast, 3_000), truth(fast), 0.2);
    // 100 slow answers are more than 5 % of what is remembered.
    assert!(observe(slow, 100) > slow / 2);
    assert_near(observe(slow, 2_900), truth(slow), 0.2);
    assert_near(observe(fast, 3_000), truth(fast), 0.2);
}

#[test]
fn latencies_beyond_the_range_count_as_its_end_and_are_forgotten() {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    for _ in 0..1_000 {
        delay.observe(Duration::from_secs(3600));
    }
    assert_near(delay.delay().unwrap(), Duration::from_secs(67), 1.0 / 64.0);
    for _ in 0..1_024 {
        delay.observe(Duration::from_millis(1));
    }
    assert_near(delay.delay().unwrap(), Duration::from_millis(1), 1.0 / 64.0);
}

/// Calls as hedging makes them: the delay that comes out of them goes into the next.
#[test]
fn hedging_does_not_drag_the_delay_down() {
    let mut random = fastrand::Rng::with_seed(19);
    let typical = Duration::from_millis(20);
    let delay = HedgeDelay::new();
    let (mut hedges, mut plain) = (0_u32, Vec::new());
    for _ in 0..50_000 {
        let first = latency(&mut random, typical);
        plain.push(first);
        let answered = match delay.delay() {
            Some(after) if first > after && delay.try_hedge() => {
                hedges += 1;
                first.min(after + latency(&mut random, typical))
            }
            _ => first,
        };
        delay.observe(answered);
    }
    assert_near(delay.delay().unwrap(), exact(plain, 95), 0.2);
    assert!(
        (2_000..3_000).contains(&hedges),
        "{hedges} hedges to 50000 calls"
    );
}

#[test]
fn hedges_stay_below_a_tenth_when_everything_is_slow() {
    let delay = HedgeDelay::new();
    for _ in 0..1_000 {
        delay.observe(Duration::from_millis(1));
    }
    // 10 are saved up.
    assert_eq!((0..100).filter(|_| delay.try_hedge()).count(), 10);
    // Every call wants a hedge.
    let granted = (0..1_000)
        .filter(|_| {
            delay.observe(Duration::from_millis(50));
            delay.try_hedge()
        })
        .count();
    assert_eq!(granted, 100);
}

#[test]
fn a_service_that_stops_answering_gets_no_further_hedges() {
    let delay = HedgeDelay::new().extra_load(100).unwrap();
    for _ in 0..1_000 {
        delay.observe(Duration::from_millis(1));
    }
    assert_eq!((0..1_000).filter(|_| delay.try_hedge()).count(), 10);
}

#[test]
fn the_extra_load_is_what_was_set() {
    let delay = HedgeDelay::new().extra_load(25).unwrap();
    let granted = (0..1_000)
        .filter(|_| {
            delay.observe(Duration::from_millis(50));
            delay.try_hedge()
        })
        .count();
    assert_eq!(granted, 250);
}

#[test]
fn figures_out_of_range_are_refused() {
    for percentile in [0, 49, 100, u32::MAX] {
        assert!(HedgeDelay::new().percentile(percentile).is_err());
    }
    for percent in [0, 101, u32::MAX] {
        assert!(HedgeDelay::new().extra_load(percent).is_err());
    }
    assert!(HedgeDelay::new().percentile(50).is_ok());
    assert!(HedgeDelay::new().percentile(99).is_ok());
    assert!(HedgeDelay::new().extra_load(1).is_ok());
    assert!(HedgeDelay::new().extra_load(100).is_ok());
}

#[test]
fn threads_share_it() {
    const THREADS: u32 = 4;
    const ROUNDS: u32 = 50_000;

    static DELAY: HedgeDelay = HedgeDelay::new();
    let hedges: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|seed| {
                scope.spawn(move || {
                    let mut random = fastrand::Rng::with_seed(u64::from(seed));
                    let mut hedges = 0;
                    for _ in 0..ROUNDS {
                        DELAY.observe(latency(&mut random, Duration::from_millis(20)));
                        hedges += usize::from(DELAY.try_hedge());
                    }
                    hedges
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    // Many threads can halve late, so the bound is wide; what it rejects is a
    // digest whose sum has gone astray.
    let p95 = Duration::from_millis(20).mul_f64((0.5_f64 * 1.645).exp());
    assert_near(DELAY.delay().unwrap(), p95, 0.3);
    assert!(hedges <= (THREADS * ROUNDS / 10) as usize, "{hedges}");
}
