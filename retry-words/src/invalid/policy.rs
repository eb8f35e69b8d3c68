//! Faults that only a whole policy or a budget can have.

use std::fmt;
use std::time::Duration;

use crate::duration::DurationWords;
use crate::word::Word;

/// The keys of a policy written as text.
const KEYS: &str = "max, backoff, jitter, timeout, deadline, longest_pushback";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum PolicyFault {
    UnknownKey(Word),
    DuplicateKey(Word),
    KeyWithoutValue(Word),
    BadMax(Word),
    ZeroTimeout,
    ZeroDeadline,
    TimeoutAboveDeadline {
        timeout: Duration,
        deadline: Duration,
    },
    DeadlineBeforeRetry {
        deadline: Duration,
        first: Duration,
    },
    BudgetPercent(u32),
    ZeroBudgetWindow,
    HedgePercentile(u32),
    HedgeExtraLoad(u32),
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UnknownKey(key) => {
                write!(f, "`{key}` is not a key of a policy: write one of {KEYS}")
            }
            Self::DuplicateKey(key) => {
                write!(f, "the key `{key}` is given twice: keep one of the two")
            }
            Self::KeyWithoutValue(key) => write!(
                f,
                "the key `{key}` has no value: write `{key} = ` and its value, \
                 as in `max = 3`"
            ),
            Self::BadMax(value) => write!(
                f,
                "`{value}` is not a number of retries: write a whole number up to {}, such as `3`",
                u32::MAX
            ),
            Self::ZeroTimeout => f.write_str(
                "a timeout of zero lets no attempt finish: write a longer one, or leave \
                 `timeout` out",
            ),
            Self::ZeroDeadline => f.write_str(
                "a deadline of zero lets no call finish: write a longer one, or leave \
                 `deadline` out",
            ),
            Self::TimeoutAboveDeadline { timeout, deadline } => write!(
                f,
                "the timeout of each attempt, {}, is above the deadline of the whole call, \
                 {deadline}: write a timeout of at most {deadline}",
                DurationWords(timeout),
                deadline = DurationWords(deadline)
            ),
            Self::DeadlineBeforeRetry { deadline, first } => write!(
                f,
                "the deadline {} ends before the first retry, which waits at least {first}: \
                 write a deadline above {first}, or a shorter backoff",
                DurationWords(deadline),
                first = DurationWords(first)
            ),
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
