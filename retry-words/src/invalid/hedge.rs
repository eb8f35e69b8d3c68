//! Faults of the delay of a hedge.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum HedgeFault {
    Percentile(u32),
    ExtraLoad(u32),
}

impl fmt::Display for HedgeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Percentile(percentile) => write!(
                f,
                "the percentile {percentile} is out of range for hedging: write 50 to 99, such as 95"
            ),
            Self::ExtraLoad(percent) => write!(
                f,
                "an extra load of {percent}% is out of range: write 1 to 100, such as 10, or leave \
                 `hedge` out"
            ),
        }
    }
}
