//! The units of durations.

/// A unit and its nanoseconds, from the smallest up.
pub(crate) const UNITS: [(&str, u128); 5] = [
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// The most decimal places that a whole number of nanoseconds can need in any unit: an
/// hour is 2^13 · 3^2 · 5^11 of them.
pub(super) const MOST_PLACES: usize = 13;
