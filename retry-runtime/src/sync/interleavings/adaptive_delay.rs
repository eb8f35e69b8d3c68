//! A hedging delay under every interleaving of those who share it.

use loom::sync::Arc;
use loom::thread::{self, JoinHandle};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::hedge::adaptive_delay::{BURST, HEDGE, HedgeDelay};

/// One observation earns a whole hedge, and 20 are enough for a delay.
fn observed(count: u32) -> Arc<HedgeDelay> {
    let delay = HedgeDelay::new().percentile(50).unwrap();
    let delay = delay.extra_load(100).unwrap();
    for _ in 0..count {
        delay.observe(Duration::ZERO);
    }
    Arc::new(delay)
}

fn other<T: 'static>(
    delay: &Arc<HedgeDelay>,
    does: impl FnOnce(&HedgeDelay) -> T + 'static,
) -> JoinHandle<T> {
    let delay = Arc::clone(delay);
    thread::spawn(move || does(&delay))
}

#[test]
fn the_last_hedge_goes_to_one_of_two() {
    loom::model(|| {
        let delay = observed(1);
        let other = other(&delay, HedgeDelay::try_hedge);
        let mine = delay.try_hedge();
        assert!(mine ^ other.join().unwrap());
        assert_eq!(delay.tokens.load(Relaxed), 0);
    });
}

#[test]
fn no_hedge_is_lost_or_made_between_observations_and_hedges() {
    loom::model(|| {
        let delay = observed(1);
        let observes = other(&delay, |delay| delay.observe(Duration::ZERO));
        let hedges = other(&delay, HedgeDelay::try_hedge);
        let mine = delay.try_hedge();
        let granted = u32::from(mine) + u32::from(hedges.join().unwrap());
        observes.join().unwrap();
        assert!((1..=2).contains(&granted));
        assert_eq!(delay.tokens.load(Relaxed), (2 - granted) * HEDGE);
    });
}

#[test]
fn no_more_is_saved_up_than_the_cap_and_one_for_each_thread() {
    loom::model(|| {
        let delay = observed(9);
        let other = other(&delay, |delay| delay.observe(Duration::ZERO));
        delay.observe(Duration::ZERO);
        other.join().unwrap();
        let tokens = delay.tokens.load(Relaxed);
        assert!((BURST..=BURST + HEDGE).contains(&tokens), "{tokens}");
        delay.observe(Duration::ZERO);
        assert_eq!(delay.tokens.load(Relaxed), tokens);
    });
}

#[test]
fn the_delay_is_there_once_enough_is_observed_and_is_one_of_the_latencies() {
    const UNKNOWN: Option<Duration> = None;
    const FAST: Option<Duration> = Some(Duration::from_nanos(500));

    loom::model(|| {
        let delay = observed(18);
        assert_eq!(delay.delay(), UNKNOWN);
        let others =
            [(); 2].map(|()| other(&delay, |delay| delay.observe(Duration::from_micros(2))));
        let seen = delay.delay();
        assert!([UNKNOWN, FAST].contains(&seen), "{seen:?}");
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(delay.delay(), FAST);
    });
}
