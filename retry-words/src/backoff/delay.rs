//! The wait before a retry, computed from its number.

use std::time::Duration;

use super::{Backoff, Rule};
use crate::nanos;

impl Backoff {
    /// The wait before a retry, before jitter. `retry` is 1 for the first retry, and 0 counts
    /// as 1. `previous` is the delay before (used by `decorrelated` alone, and not before the
    /// first retry). `random` is uniform in `[0, 1)` and used where
    /// [`is_random`](Self::is_random); what lies outside counts as the nearer end, NaN as 0.
    ///
    /// Never above [`longest`](Self::longest), never panics.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    /// use std::time::Duration;
    ///
    /// let delay = |retry| Backoff::DEFAULT.delay(retry, Duration::ZERO, 0.0);
    /// assert_eq!(delay(1), Duration::from_millis(100));
    /// assert_eq!(delay(4), Duration::from_micros(337_500));
    /// assert_eq!(delay(u32::MAX), Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn delay(&self, retry: u32, previous: Duration, random: f64) -> Duration {
        let steps = retry.saturating_sub(1);
        let delay = match self.0 {
            Rule::None => Duration::ZERO,
            Rule::Fixed(delay) => delay,
            Rule::Linear { first, step, .. } => first.saturating_add(step.saturating_mul(steps)),
            Rule::Exp { first, factor, .. } => nanos::grown(first, power(factor, steps)),
            Rule::Fib { first, cap } => fibonacci(first, cap, steps),
            Rule::Random { low, high } => nanos::between(low, high, random),
            Rule::Decorrelated { first, .. } => {
                let previous = if steps == 0 {
                    first
                } else {
                    previous.max(first)
                };
                nanos::between(first, previous.saturating_mul(3), random)
            }
        };
        delay.min(self.longest())
    }
}

/// `base^exponent` by squaring. Not `powi`, whose precision the standard library leaves open:
/// where the result has an exact `f64`, such as 1.5^5, this gives it.
fn power(mut base: f64, mut exponent: u32) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            result *= base;
        }
        base *= base;
        exponent /= 2;
    }
    result
}

/// Ends at the cap, which growth reaches within 140 steps from any first delay.
fn fibonacci(first: Duration, cap: Duration, steps: u32) -> Duration {
    let (mut delay, mut next) = (first, first);
    for _ in 0..steps {
        if delay >= cap {
            break;
        }
        (delay, next) = (next, delay.saturating_add(next));
    }
    delay
}
