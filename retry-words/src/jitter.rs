//! How much of a delay is drawn at random.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::invalid::InvalidPolicy;
use crate::invalid::jitter::JitterFault;
use crate::nanos;
use crate::quoted::Quoted;

/// Chance in a delay, so that clients that failed together do not come back together.
///
/// A jitter is a fraction j from 0 to 1: each delay d is drawn uniformly from `[(1-j)·d, d]`.
/// What the backoff says is the ceiling: jitter never lengthens a delay. [`Jitter::EQUAL`] and
/// [`Jitter::FULL`] are the "Equal Jitter" and "Full Jitter" of the AWS Architecture Blog,
/// "Exponential Backoff And Jitter". The default is [`Jitter::EQUAL`].
///
/// ```
/// use retry_runtime::Jitter;
/// use std::time::Duration;
///
/// let second = Duration::from_secs(1);
/// assert_eq!(Jitter::default().apply(second, 0.0), second);
/// assert_eq!(Jitter::default().apply(second, 0.5), Duration::from_millis(750));
/// assert_eq!("0.25".parse(), Jitter::fraction(0.25));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jitter(f64);

/// The fractions that have a name.
const NAMED: [(&str, Jitter); 3] = [
    ("none", Jitter::NONE),
    ("equal", Jitter::EQUAL),
    ("full", Jitter::FULL),
];

impl Jitter {
    /// No chance: every delay is exactly the backoff's.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let delay = retry_runtime::Jitter::NONE.apply(Duration::MAX, 0.9);
    /// assert_eq!(delay, Duration::MAX);
    /// ```
    pub const NONE: Self = Self(0.0);

    /// From half of the delay to all of it. The default.
    ///
    /// ```
    /// assert_eq!(retry_runtime::Jitter::EQUAL.as_fraction(), 0.5);
    /// ```
    pub const EQUAL: Self = Self(0.5);

    /// From nothing to all of the delay.
    ///
    /// ```
    /// assert_eq!(retry_runtime::Jitter::FULL.as_fraction(), 1.0);
    /// ```
    pub const FULL: Self = Self(1.0);

    /// From `(1 - fraction)` of the delay to all of it.
    ///
    /// # Errors
    /// [`InvalidPolicy`] where the fraction is not from 0 to 1.
    ///
    /// ```
    /// use retry_runtime::Jitter;
    ///
    /// assert_eq!(Jitter::fraction(1.0), Ok(Jitter::FULL));
    /// assert!(Jitter::fraction(1.1).is_err());
    /// ```
    pub const fn fraction(fraction: f64) -> Result<Self, InvalidPolicy> {
        if fraction >= 0.0 && fraction <= 1.0 {
            // `-0.0 + 0.0` is `0.0`, which does not print a sign.
            Ok(Self(fraction + 0.0))
        } else {
            Err(InvalidPolicy::jitter(JitterFault::OutOfRange(fraction)))
        }
    }

    /// The fraction of a delay that is left to chance, from 0 to 1.
    ///
    /// ```
    /// assert_eq!(retry_runtime::Jitter::NONE.as_fraction(), 0.0);
    /// ```
    #[must_use]
    pub const fn as_fraction(&self) -> f64 {
        self.0
    }

    /// Draws from `[(1-j)·delay, delay]`. `random` is uniform in `[0, 1)` and says how far below
    /// `delay`; what lies outside counts as the nearer end, NaN as 0.
    ///
    /// ```
    /// use retry_runtime::Jitter;
    /// use std::time::Duration;
    ///
    /// let delay = Duration::from_millis(100);
    /// assert_eq!(Jitter::FULL.apply(delay, 0.0), delay);
    /// assert_eq!(Jitter::FULL.apply(delay, 0.75), Duration::from_millis(25));
    /// ```
    #[must_use]
    pub fn apply(&self, delay: Duration, random: f64) -> Duration {
        let part = self.0 * random.clamp(0.0, 1.0);
        delay.saturating_sub(nanos::portion(delay, part))
    }
}

impl Default for Jitter {
    fn default() -> Self {
        Self::EQUAL
    }
}

/// Prints `none`, `equal`, `full`, or the fraction.
///
/// ```
/// use retry_runtime::Jitter;
///
/// assert_eq!(Jitter::fraction(0.5)?.to_string(), "equal");
/// assert_eq!(Jitter::fraction(0.2)?.to_string(), "0.2");
/// # Ok::<(), retry_runtime::InvalidPolicy>(())
/// ```
impl fmt::Display for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMED.iter().find(|(_, jitter)| jitter == self) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Reads `none`, `equal`, `full`, or a fraction; white space around it is ignored.
///
/// ```
/// use retry_runtime::Jitter;
///
/// assert_eq!("full".parse(), Ok(Jitter::FULL));
/// assert_eq!(
///     "20%".parse::<Jitter>().unwrap_err().to_string(),
///     "`20%` is not a jitter: write `none`, `equal`, `full`, or a fraction such as `0.2`"
/// );
/// ```
impl FromStr for Jitter {
    type Err = InvalidPolicy;

    fn from_str(text: &str) -> Result<Self, InvalidPolicy> {
        let text = text.trim();
        if let Some((_, jitter)) = NAMED.iter().find(|(name, _)| *name == text) {
            return Ok(*jitter);
        }
        let Ok(fraction) = text.parse() else {
            let fault = JitterFault::NotAJitter(Quoted::new(text));
            return Err(InvalidPolicy::jitter(fault));
        };
        Self::fraction(fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_fraction() {
        for wrong in [-0.1, 1.000_001, f64::NAN, f64::INFINITY] {
            let message = Jitter::fraction(wrong).unwrap_err().to_string();
            assert!(
                message.contains("from 0 (`none`) to 1 (`full`)"),
                "{message}"
            );
        }
        for wrong in ["-0.2", "2", "nan", "half", "", "20%"] {
            assert!(wrong.parse::<Jitter>().is_err(), "{wrong}");
        }
        assert_eq!(Jitter::fraction(-0.0).unwrap().to_string(), "none");
        assert!(
            Jitter::fraction(-0.0)
                .unwrap()
                .as_fraction()
                .is_sign_positive()
        );
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "these are exact")]
    fn is_the_fraction_that_it_was_made_of() {
        for fraction in [0.0, 0.25, 1.0] {
            assert_eq!(Jitter::fraction(fraction).unwrap().as_fraction(), fraction);
        }
        assert_eq!(Jitter::default(), Jitter::EQUAL);
    }

    #[test]
    fn draws_over_the_whole_range_and_no_further() {
        let delay = Duration::from_millis(100);
        let jitter = Jitter::fraction(0.2).unwrap();
        assert_eq!(jitter.apply(delay, 0.0), delay);
        assert_eq!(jitter.apply(delay, 0.5), Duration::from_millis(90));
        for random in [1.0, 7.0, f64::INFINITY] {
            assert_eq!(jitter.apply(delay, random), Duration::from_millis(80));
        }
        for random in [-1.0, f64::NAN] {
            assert_eq!(jitter.apply(delay, random), delay);
        }
    }

    #[test]
    fn the_longest_delay_is_no_trouble() {
        for random in [0.0, 0.5, 0.999_999] {
            assert_eq!(Jitter::NONE.apply(Duration::MAX, random), Duration::MAX);
            assert!(Jitter::FULL.apply(Duration::MAX, random) <= Duration::MAX);
            assert!(Jitter::EQUAL.apply(Duration::MAX, random) >= Duration::MAX / 2);
        }
    }
}
