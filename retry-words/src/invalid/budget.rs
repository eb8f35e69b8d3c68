//! Faults of a budget.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BudgetFault {
    Percent(u32),
    ZeroWindow,
}

impl fmt::Display for BudgetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Percent(percent) => write!(
                f,
                "a budget of {percent}% is out of range: write 1% to 100%, such as `20%`, \
                 or `none` to do without"
            ),
            Self::ZeroWindow => f.write_str(
                "a budget's window of zero remembers no success: write a longer one, such as `10s`",
            ),
        }
    }
}
