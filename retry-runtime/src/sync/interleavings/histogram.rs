//! A histogram under every interleaving of its additions, halvings and reads.

use loom::sync::Arc;
use loom::thread;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::hedge::histogram::{Histogram, WEIGHT, middle_of};

/// So many observations are halved.
const MEMORY: u32 = 4;

/// A histogram that remembers these latencies, in microseconds.
fn histogram(micros: &[u64]) -> Arc<Histogram> {
    let histogram = Histogram::new();
    for &micros in micros {
        histogram.add(Duration::from_micros(micros), MEMORY);
    }
    Arc::new(histogram)
}

/// What another thread does: one observation.
fn adds(histogram: &Arc<Histogram>, micros: u64) -> thread::JoinHandle<()> {
    let histogram = Arc::clone(histogram);
    thread::spawn(move || histogram.add(Duration::from_micros(micros), MEMORY))
}

fn weights(histogram: &Histogram) -> (u32, u32) {
    let buckets = histogram.buckets.iter().map(|bucket| bucket.load(Relaxed));
    (buckets.sum(), histogram.total.load(Relaxed))
}

#[test]
fn additions_below_the_memory_are_all_counted() {
    loom::model(|| {
        let histogram = histogram(&[0]);
        let other = adds(&histogram, 0);
        histogram.add(Duration::from_micros(3), MEMORY);
        other.join().unwrap();
        assert_eq!(weights(&histogram), (3 * WEIGHT, 3 * WEIGHT));
    });
}

#[test]
fn too_many_are_halved_once_and_their_sum_stays_right() {
    loom::model(|| {
        let histogram = histogram(&[0, 0, 2]);
        let other = adds(&histogram, 0);
        histogram.add(Duration::from_micros(2), MEMORY);
        other.join().unwrap();
        let (sum, total) = weights(&histogram);
        assert_eq!(sum, total);
        // All five are halved, or the fourth and those before: the fifth came
        // after its bucket's turn.
        assert!([5 * WEIGHT / 2, 3 * WEIGHT].contains(&total), "{total}");
    });
}

#[test]
fn who_halves_leaves_the_next_halving_to_others() {
    loom::model(|| {
        let histogram = histogram(&[0, 0, 2]);
        let other = adds(&histogram, 0);
        histogram.add(Duration::from_micros(2), MEMORY);
        other.join().unwrap();
        for _ in 0..MEMORY {
            histogram.add(Duration::ZERO, MEMORY);
            let (sum, total) = weights(&histogram);
            assert_eq!(sum, total);
            assert!(total < MEMORY * WEIGHT, "{total}");
        }
    });
}

#[test]
fn a_percentile_is_among_what_was_observed() {
    for percentile in [50, 99] {
        loom::model(move || {
            let histogram = histogram(&[0, 0, 2]);
            let other = adds(&histogram, 2);
            let read = histogram.percentile(percentile);
            assert!([middle_of(0), middle_of(2)].contains(&read), "{read}");
            other.join().unwrap();
            // Halved or not, half of it is in each of two buckets.
            let expected = if percentile == 50 { 0 } else { 2 };
            assert_eq!(histogram.percentile(percentile), middle_of(expected));
        });
    }
}
