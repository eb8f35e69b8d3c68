//! Arithmetic on durations as nanoseconds, where `Duration`'s own would panic or round.

use std::time::Duration;

const PER_SECOND: u128 = 1_000_000_000;

/// `None` where the nanoseconds are more than a `Duration` holds.
pub(crate) fn duration(nanos: u128) -> Option<Duration> {
    let seconds = u64::try_from(nanos / PER_SECOND).ok()?;
    let rest = u32::try_from(nanos % PER_SECOND).ok()?;
    Some(Duration::new(seconds, rest))
}

/// `duration · by`, to the nearest nanosecond, saturating, never below `duration`.
pub(crate) fn grown(duration: Duration, by: f64) -> Duration {
    // A float does not hold a duration of more than 104 days to the nanosecond.
    if by <= 1.0 {
        return duration;
    }
    whole((float(duration) * by).round()).map_or(Duration::MAX, |grown| grown.max(duration))
}

/// `duration · part`, rounded down and never above `duration`.
/// What is not in 0..=1 counts as the nearer end, NaN as 0.
pub(crate) fn portion(duration: Duration, part: f64) -> Duration {
    whole(float(duration) * part).map_or(duration, |portion| portion.min(duration))
}

/// Uniform in `[low, high]` for `random` uniform in `[0, 1)`.
pub(crate) fn between(low: Duration, high: Duration, random: f64) -> Duration {
    low.saturating_add(portion(high.saturating_sub(low), random))
}

#[allow(
    clippy::cast_precision_loss,
    reason = "exact up to 104 days; above, an error of 1 in 2^53 is no matter for a delay"
)]
fn float(duration: Duration) -> f64 {
    // Without `as_nanos`, whose 128 bits take ten times as long to convert.
    duration.as_secs() as f64 * 1e9 + f64::from(duration.subsec_nanos())
}

/// A number of nanoseconds as a duration, rounded down; `None` where it is too long for one.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, gives 0 for NaN and rounds down: all three are wanted"
)]
fn whole(nanos: f64) -> Option<Duration> {
    /// 2^63.
    const SMALL: f64 = 9_223_372_036_854_775_808.0;
    if nanos < SMALL {
        return Some(Duration::from_nanos(nanos as u64));
    }
    duration(nanos as u128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portion_never_leaves_its_bounds() {
        for duration in [Duration::ZERO, Duration::from_nanos(7), Duration::MAX] {
            for part in [0.0, 0.3, 1.0, 2.0, f64::INFINITY, -1.0, f64::NAN] {
                assert!(portion(duration, part) <= duration);
            }
            assert_eq!(portion(duration, f64::NAN), Duration::ZERO);
            assert_eq!(portion(duration, -1.0), Duration::ZERO);
            assert_eq!(portion(duration, 1.0), duration);
        }
    }

    #[test]
    fn growth_saturates() {
        assert_eq!(grown(Duration::MAX, 2.0), Duration::MAX);
        assert_eq!(grown(Duration::from_nanos(1), f64::INFINITY), Duration::MAX);
        assert_eq!(grown(Duration::from_nanos(5), 1.5), Duration::from_nanos(8));
        let odd = Duration::new(u64::MAX / 4, 123_456_789);
        assert_eq!(grown(odd, 1.0), odd);
        assert!(grown(odd, 1.0 + f64::EPSILON) >= odd);
    }
}
