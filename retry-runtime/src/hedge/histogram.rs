//! A histogram of latencies, of fixed size, that forgets.
//!
//! Its buckets are log-linear, as in `HdrHistogram`: each power of two
//! microseconds is cut into 32 buckets of equal width, so that a bucket is
//! never wider than 1/32 of what is in it, and its middle is never off by more
//! than 1/64. Below 32 µs buckets are 1 µs wide.

use crate::sync::{self, AtomicBool, AtomicU32};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

/// What percentiles are counted in: the middle of the narrowest bucket is a whole number of it.
pub(crate) const UNIT: Duration = Duration::from_nanos(500);

// A model has four buckets, of 1 µs each: none could go through what is done to 704.
const PARTS_LOG2: u32 = if sync::MODELLED { 1 } else { 5 };
const PARTS: u32 = 1 << PARTS_LOG2;

/// 2^26 µs, 67 s, and above are counted in the last bucket.
const RANGE_LOG2: u32 = if sync::MODELLED { 2 } else { 26 };
const BUCKETS: usize = ((RANGE_LOG2 - PARTS_LOG2 + 1) * PARTS) as usize;

/// The weight of a new observation. An old one has lost its last weight when
/// it was halved 9 times; a weight of 1 would vanish at the first, and the thin
/// tail with it, which is what percentiles are made of.
pub(crate) const WEIGHT: u32 = 256;

pub(crate) struct Histogram {
    pub(crate) buckets: [AtomicU32; BUCKETS],
    /// The sum of all buckets.
    pub(crate) total: AtomicU32,
    halving: AtomicBool,
}

impl Histogram {
    sync::const_fn! {
        pub(crate) const fn new() -> Self {
            Self {
                buckets: sync::zeros(),
                total: AtomicU32::new(0),
                halving: AtomicBool::new(false),
            }
        }
    }

    /// Counts one more, and halves all when `memory` of them are reached.
    pub(crate) fn add(&self, latency: Duration, memory: u32) {
        if let Some(bucket) = self.buckets.get(bucket_of(latency)) {
            bucket.fetch_add(WEIGHT, Relaxed);
        }
        let total = self.total.fetch_add(WEIGHT, Relaxed).wrapping_add(WEIGHT);
        let full = memory.saturating_mul(WEIGHT);
        if total >= full && self.begin_halving() {
            // Not by `total`: another thread may have halved since it was read.
            if self.total.load(Relaxed) >= full {
                self.halve();
            }
            self.halving.store(false, Release);
        }
    }

    fn begin_halving(&self) -> bool {
        self.halving
            .compare_exchange(false, true, Acquire, Relaxed)
            .is_ok()
    }

    /// One thread at a time: others only add, so no bucket falls below zero.
    fn halve(&self) {
        let mut taken = 0;
        for bucket in &self.buckets {
            // The larger half, or a last weight of 1 would stay for good.
            let half = bucket.load(Relaxed).div_ceil(2);
            bucket.fetch_sub(half, Relaxed);
            taken += half;
        }
        self.total.fetch_sub(taken, Relaxed);
    }

    /// The smallest latency that `percentile` % are not above, in [`UNIT`]s; 0 when there is none.
    pub(crate) fn percentile(&self, percentile: u32) -> u32 {
        // A copy, since the sum and the search must see the same weights.
        let weights: [u32; BUCKETS] =
            std::array::from_fn(|bucket| self.buckets[bucket].load(Relaxed));
        let total: u64 = weights.iter().copied().map(u64::from).sum();
        let wanted = (total * u64::from(percentile)).div_ceil(100);
        let mut below = 0;
        let found = weights.iter().position(|&weight| {
            below += u64::from(weight);
            weight > 0 && below >= wanted
        });
        found.map_or(0, middle_of)
    }
}

/// Input → output: 0 µs → 0, 31 µs → 31, 32 µs → 32, 64 and 65 µs → 64, 66 µs → 65.
fn bucket_of(latency: Duration) -> usize {
    const LONGEST: u32 = (1 << RANGE_LOG2) - 1;

    let micros = u32::try_from(latency.as_micros()).map_or(LONGEST, |micros| micros.min(LONGEST));
    if micros < PARTS {
        return micros as usize;
    }
    let doublings = micros.ilog2() - PARTS_LOG2;
    // The leading one of what is left counts the bucket's power of two.
    (doublings * PARTS + (micros >> doublings)) as usize
}

/// Input → output, in half microseconds: 0 → 1, 31 → 63, 32 → 65, 64 → 130, 65 → 134.
#[allow(clippy::cast_possible_truncation, reason = "there are 704 buckets")]
pub(crate) fn middle_of(bucket: usize) -> u32 {
    let bucket = bucket as u32;
    if bucket < PARTS {
        return 2 * bucket + 1;
    }
    let doublings = bucket / PARTS - 1;
    let low = (bucket % PARTS + PARTS) << doublings;
    2 * low + (1 << doublings)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BUCKETS, Histogram, bucket_of, middle_of};

    #[test]
    fn buckets_follow_one_another_without_a_gap() {
        let mut last = 0;
        for micros in 0..1 << 20 {
            let bucket = bucket_of(Duration::from_micros(micros));
            assert!(bucket == last || bucket == last + 1, "{micros} µs");
            last = bucket;
        }
        assert_eq!(bucket_of(Duration::from_secs(67)), BUCKETS - 1);
        assert_eq!(bucket_of(Duration::MAX), BUCKETS - 1);
    }

    #[test]
    fn the_middle_of_a_bucket_is_within_a_64th_of_its_content() {
        for micros in (0..70_000_000_u64).step_by(997).chain(0..5_000) {
            let exact = Duration::from_micros(micros.min(67_000_000));
            let middle = super::UNIT * middle_of(bucket_of(exact));
            let off = middle.abs_diff(exact);
            assert!(
                off <= (exact / 64).max(super::UNIT),
                "{exact:?} is said to be {middle:?}"
            );
        }
    }

    #[test]
    fn halving_keeps_the_tail_and_the_sum() {
        let histogram = Histogram::new();
        for micros in 0..100 {
            histogram.add(Duration::from_micros(micros), u32::MAX);
        }
        let before = histogram.percentile(95);
        for _ in 0..5 {
            histogram.halve();
        }
        assert_eq!(histogram.percentile(95), before);
        let sum: u32 = histogram
            .buckets
            .iter()
            .map(|b| b.load(super::Relaxed))
            .sum();
        assert_eq!(sum, histogram.total.load(super::Relaxed));
        for _ in 0..9 {
            histogram.halve();
        }
        assert_eq!(histogram.percentile(95), 0);
    }

    #[test]
    fn one_thread_at_a_time_halves() {
        let histogram = Histogram::new();
        let total = || histogram.total.load(super::Relaxed) / super::WEIGHT;
        assert!(histogram.begin_halving());
        for count in 1..=10 {
            histogram.add(Duration::from_micros(5), 2);
            assert_eq!(total(), count, "another thread is about it");
        }
        histogram.halving.store(false, super::Release);
        histogram.add(Duration::from_micros(5), 2);
        assert_eq!(total(), 5);
    }

    #[test]
    fn an_empty_histogram_has_no_percentile() {
        assert_eq!(Histogram::new().percentile(95), 0);
    }
}
