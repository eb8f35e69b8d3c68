//! Faults of what bounds the load of retries and hedges: a budget, or the delay
//! of a hedge.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LoadFault {
    BudgetPercent(u32),
    ZeroBudgetWindow,
    HedgePercentile(u32),
    HedgeExtraLoad(u32),
}

impl fmt::Display for LoadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BudgetPercent(percent) => write!(
                f,
                "a budget of {percent}% is out of range: write 1% to 100%, such as `20%`, \
                 or `none` to do without"
            ),
            Self::ZeroBudgetWindow => f.write_str(
                "a budget's window of zero remembers no success: write a longer one, such as `10s`",
            ),
            Self::HedgePercentile(percentile) => write!(
                f,
                "the percentile {percentile} is out of range for hedging: write 50 to 99, such as 95"
            ),
            Self::HedgeExtraLoad(percent) => write!(
                f,
                "an extra load of {percent}% is out of range: write 1 to 100, such as 10, or leave \
                 `hedge` out"
            ),
        }
    }
}
