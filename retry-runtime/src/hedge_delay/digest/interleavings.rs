//! A digest under every interleaving of its additions, halvings and reads.

use loom::sync::Arc;
use loom::thread;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::{Digest, WEIGHT, middle_of};

/// So many observations are halved.
const MEMORY: u32 = 4;

/// A digest that remembers these latencies, in microseconds.
fn digest(micros: &[u64]) -> Arc<Digest> {
    let digest = Digest::new();
    for &micros in micros {
        digest.add(Duration::from_micros(micros), MEMORY);
    }
    Arc::new(digest)
}

/// What another thread does: one observation.
fn adds(digest: &Arc<Digest>, micros: u64) -> thread::JoinHandle<()> {
    let digest = Arc::clone(digest);
    thread::spawn(move || digest.add(Duration::from_micros(micros), MEMORY))
}

fn weights(digest: &Digest) -> (u32, u32) {
    let buckets = digest.buckets.iter().map(|bucket| bucket.load(Relaxed));
    (buckets.sum(), digest.total.load(Relaxed))
}

#[test]
fn additions_below_the_memory_are_all_counted() {
    loom::model(|| {
        let digest = digest(&[0]);
        let other = adds(&digest, 0);
        digest.add(Duration::from_micros(3), MEMORY);
        other.join().unwrap();
        assert_eq!(weights(&digest), (3 * WEIGHT, 3 * WEIGHT));
    });
}

#[test]
fn too_many_are_halved_once_and_their_sum_stays_right() {
    loom::model(|| {
        let digest = digest(&[0, 0, 2]);
        let other = adds(&digest, 0);
        digest.add(Duration::from_micros(2), MEMORY);
        other.join().unwrap();
        let (sum, total) = weights(&digest);
        assert_eq!(sum, total);
        // All five are halved, or the fourth and those before: the fifth came
        // after its bucket's turn.
        assert!([5 * WEIGHT / 2, 3 * WEIGHT].contains(&total), "{total}");
    });
}

#[test]
fn who_halves_leaves_the_next_halving_to_others() {
    loom::model(|| {
        let digest = digest(&[0, 0, 2]);
        let other = adds(&digest, 0);
        digest.add(Duration::from_micros(2), MEMORY);
        other.join().unwrap();
        for _ in 0..MEMORY {
            digest.add(Duration::ZERO, MEMORY);
            let (sum, total) = weights(&digest);
            assert_eq!(sum, total);
            assert!(total < MEMORY * WEIGHT, "{total}");
        }
    });
}

#[test]
fn a_percentile_is_among_what_was_observed() {
    for percentile in [50, 99] {
        loom::model(move || {
            let digest = digest(&[0, 0, 2]);
            let other = adds(&digest, 2);
            let read = digest.percentile(percentile);
            assert!([middle_of(0), middle_of(2)].contains(&read), "{read}");
            other.join().unwrap();
            // Halved or not, half of it is in each of two buckets.
            let expected = if percentile == 50 { 0 } else { 2 };
            assert_eq!(digest.percentile(percentile), middle_of(expected));
        });
    }
}
