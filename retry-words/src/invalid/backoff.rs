//! Faults of a backoff.

use std::fmt;
use std::time::Duration;

use crate::duration::print::DurationWords;
use crate::quoted::Quoted;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BackoffFault {
    UnknownKind {
        name: Quoted,
        /// How each kind is written.
        forms: &'static [&'static str],
    },
    /// An opening parenthesis whose closing one is missing or not the end.
    Unclosed(Quoted),
    ArgumentCount {
        form: &'static str,
        given: usize,
    },
    NotAFactor(Quoted),
    FactorNotFinite(f64),
    FactorBelowOne(f64),
    ZeroDelay(&'static str),
    ZeroStep,
    ZeroLow(Duration),
    CapBelowFirst {
        first: Duration,
        cap: Duration,
    },
    HighBelowLow {
        low: Duration,
        high: Duration,
    },
}

impl fmt::Display for BackoffFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownKind { name, forms } => write!(
                f,
                "`{name}` is not a backoff: write one of {}",
                forms.join(", ")
            ),
            Self::Unclosed(text) => write!(
                f,
                "`{text}` does not end at its closing `)`: write it such as \
                 `exp(100ms, 1.5, 1s)`"
            ),
            Self::ArgumentCount { form, given } => {
                let arguments = if given == 1 { "argument" } else { "arguments" };
                write!(f, "{given} {arguments} given: write `{form}`")
            }
            Self::NotAFactor(text) => {
                write!(f, "`{text}` is not a factor: write a number such as `1.5`")
            }
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
        }
    }
}
