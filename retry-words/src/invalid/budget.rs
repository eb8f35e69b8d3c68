//! Faults of a budget.

use std::fmt;

use crate::quoted::Quoted;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BudgetFault {
    Percent(u32),
    ZeroWindow,
    BadShare(Quoted),
    BadWord(Quoted),
    BadCount(&'static str, Quoted),
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
            Self::BadShare(share) => write!(
                f,
                "`{share}` is not a share of the successes: write a whole one from `1%` to `100%`, \
                 as in `15%, reserve 10`"
            ),
            Self::BadWord(word) => write!(
                f,
                "`{word}` is not a part of a budget: write what differs of `15%`, `reserve 10`, \
                 `per_second 0`, `window 10s`, each once"
            ),
            Self::BadCount(name, count) => write!(
                f,
                "`{name} {count}` is not a number of tokens: write a whole one, such as `{name} 10`"
            ),
        }
    }
}
