//! Faults of what decides the wait before a retry: a backoff or a jitter.

use std::fmt;
use std::time::Duration;

use crate::duration::DurationWords;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WaitFault {
    FactorNotFinite(f64),
    FactorBelowOne(f64),
    ZeroDelay(&'static str),
    ZeroStep,
    ZeroLow(Duration),
    CapBelowFirst { first: Duration, cap: Duration },
    HighBelowLow { low: Duration, high: Duration },
    JitterOutOfRange(f64),
}

impl fmt::Display for WaitFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::FactorNotFinite(factor) => write!(
                f,
                "the factor {factor} is not finite: write a number of at least 1, such as `1.5`"
            ),
            Self::FactorBelowOne(factor) => write!(
                f,
                "the factor {factor} is below 1, so delays would shrink: write at least 1, \
                 such as `1.5`"
            ),
            Self::ZeroDelay(what) => write!(
                f,
                "the {what} is zero: write a longer one, or the backoff `none` to retry at once"
            ),
            Self::ZeroStep => f.write_str(
                "the step is zero, so delays would not grow: write a longer one, or the \
                 backoff `fixed(delay)`",
            ),
            Self::ZeroLow(high) => write!(
                f,
                "the low end is zero: write a longer one, or `fixed({})` with the jitter `full`",
                DurationWords(high)
            ),
            Self::CapBelowFirst { first, cap } => write!(
                f,
                "the cap {} is below the first delay {first}: write a cap of at least {first}",
                DurationWords(cap),
                first = DurationWords(first)
            ),
            Self::HighBelowLow { low, high } => write!(
                f,
                "the high end {high} is below the low end {low}: write `random({high}, {low})`",
                low = DurationWords(low),
                high = DurationWords(high)
            ),
            Self::JitterOutOfRange(fraction) => write!(
                f,
                "the jitter {fraction} is not a fraction of the delay: write a number from 0 \
                 (`none`) to 1 (`full`), such as `0.2`"
            ),
        }
    }
}
