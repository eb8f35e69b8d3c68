//! What holds for every value: round trips, bounds, no panic.

use proptest::prelude::*;
use retry_words::{Backoff, DurationWords, InvalidPolicy, Jitter, parse_duration};
use std::time::Duration;

/// Of every size, so that short and round ones occur as often as huge ones.
fn durations() -> impl Strategy<Value = Duration> {
    prop_oneof![
        (any::<u64>(), 0..1_000_000_000_u32).prop_map(|(s, ns)| Duration::new(s, ns)),
        any::<u64>().prop_map(Duration::from_nanos),
        (0..5_000_u64).prop_map(Duration::from_nanos),
        (0..100_000_u64).prop_map(Duration::from_millis),
        (0..100_000_u64).prop_map(Duration::from_secs),
        Just(Duration::MAX),
    ]
}

fn factors() -> impl Strategy<Value = f64> {
    prop_oneof![1.0..10.0, any::<f64>(), Just(1.0), Just(f64::MAX)]
}

fn randoms() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1.0, any::<f64>(), Just(1.0 - f64::EPSILON / 2.0)]
}

/// Every kind, from whatever the constructors accept.
fn backoffs() -> impl Strategy<Value = Backoff> {
    let parts = (durations(), durations(), durations(), factors(), 0..7);
    parts.prop_filter_map("refused", |(one, two, step, factor, kind)| {
        let (low, high) = (one.min(two), one.max(two));
        let backoff = match kind {
            0 => Ok(Backoff::none()),
            1 => Backoff::fixed(low),
            2 => Backoff::linear(low, step, high),
            3 => Backoff::exp(low, factor, high),
            4 => Backoff::fib(low, high),
            5 => Backoff::random(low, high),
            _ => Backoff::decorrelated(low, high),
        };
        backoff.ok()
    })
}

proptest! {
    // A failing case belongs into a test by name, not into a file of seeds.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn durations_round_trip(duration in durations()) {
        let text = DurationWords(duration).to_string();
        prop_assert_eq!(parse_duration(&text), Ok(duration), "{}", text);
    }

    #[test]
    fn no_exact_form_is_shorter(millis in 1..10_000_000_u64) {
        let text = DurationWords(Duration::from_millis(millis)).to_string();
        let whole = millis.to_string() + "ms";
        prop_assert!(text.len() <= whole.len());
    }

    #[test]
    fn backoffs_round_trip(backoff in backoffs()) {
        let text = backoff.to_string();
        prop_assert_eq!(text.parse(), Ok(backoff), "{}", text);
    }

    #[test]
    fn jitters_round_trip(fraction in 0.0..=1.0_f64) {
        let jitter = Jitter::fraction(fraction)?;
        prop_assert_eq!(jitter.to_string().parse(), Ok(jitter));
    }

    #[test]
    fn delays_keep_their_bounds(
        backoff in backoffs(),
        retry in prop_oneof![0..100_u32, any::<u32>()],
        previous in durations(),
        random in randoms(),
    ) {
        let delay = backoff.delay(retry, previous, random);
        prop_assert!(delay <= backoff.longest());
        prop_assert!(delay >= backoff.shortest_first());
    }

    #[test]
    fn delays_do_not_shrink(backoff in backoffs(), retry in 1..200_u32) {
        let delay = |retry| backoff.delay(retry, Duration::ZERO, 0.0);
        prop_assert!(backoff.is_random() || delay(retry) <= delay(retry + 1));
    }

    #[test]
    fn jitter_keeps_its_bounds(
        delay in (0..1_u64 << 53).prop_map(Duration::from_nanos),
        percent in 0..=100_u32,
        random in randoms(),
    ) {
        let jitter = Jitter::fraction(f64::from(percent) / 100.0)?;
        let drawn = jitter.apply(delay, random);
        prop_assert!(drawn <= delay);
        let floor = (delay.as_nanos() * u128::from(100 - percent)) / 100;
        prop_assert!(drawn.as_nanos() >= floor, "{:?} {} {}", drawn, floor, jitter);
    }

    #[test]
    fn jitter_never_lengthens(delay in durations(), fraction in 0.0..=1.0, random in any::<f64>()) {
        let jitter = Jitter::fraction(fraction)?;
        prop_assert!(jitter.apply(delay, random) <= delay);
        prop_assert_eq!(Jitter::NONE.apply(delay, random), delay);
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_mend(
        text in "\\PC*|[0-9_.a-zµ ]{0,12}|(exp|fib|none|fixed)[(][0-9msx,. -]{0,20}[)]",
    ) {
        let told = |error: InvalidPolicy| error.to_string().contains("write ")
            || error.to_string().contains("round it");
        prop_assert!(parse_duration(&text).map_or_else(told, |_| true));
        prop_assert!(text.parse::<Backoff>().map_or_else(told, |_| true));
        prop_assert!(text.parse::<Jitter>().map_or_else(told, |_| true));
    }
}

#[test]
fn an_error_is_small_and_copied() {
    fn copied<T: Copy + Send + Sync + std::error::Error + 'static>() {}
    copied::<InvalidPolicy>();
    // What clippy's `result_large_err` allows.
    assert!(size_of::<InvalidPolicy>() <= 128);
}
