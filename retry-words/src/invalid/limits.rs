//! Faults of a policy's timeout and deadline.

use std::fmt;
use std::time::Duration;

use crate::duration::print::DurationWords;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LimitsFault {
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
}

impl fmt::Display for LimitsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
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
        }
    }
}
