//! Faults of a policy's limits in time.

use std::fmt;
use std::time::Duration;

use crate::duration::print::DurationWords;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LimitsFault {
    ZeroTimeout,
    ZeroDeadline,
    ZeroRetryFor,
    TimeoutAboveDeadline {
        timeout: Duration,
        deadline: Duration,
    },
    RetryForNotBelowDeadline {
        retry_for: Duration,
        deadline: Duration,
    },
    DeadlineBeforeRetry {
        deadline: Duration,
        first: Duration,
    },
    RetryForBeforeRetry {
        retry_for: Duration,
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
            Self::ZeroRetryFor => f.write_str(
                "a `retry_for` of zero leaves no time for any retry: write a longer one, or leave \
                 `retry_for` out",
            ),
            Self::TimeoutAboveDeadline { timeout, deadline } => write!(
                f,
                "the timeout of each attempt, {}, is above the deadline of the whole call, \
                 {deadline}: write a timeout of at most {deadline}",
                DurationWords(timeout),
                deadline = DurationWords(deadline)
            ),
            Self::RetryForNotBelowDeadline {
                retry_for,
                deadline,
            } => write!(
                f,
                "no retry starts after the deadline of {} anyway, and `retry_for` says {}: write a \
                 `retry_for` below the deadline, or leave it out",
                DurationWords(deadline),
                DurationWords(retry_for)
            ),
            Self::DeadlineBeforeRetry { deadline, first } => write!(
                f,
                "the deadline {} ends before the first retry, which waits at least {first}: \
                 write a deadline above {first}, or a shorter backoff",
                DurationWords(deadline),
                first = DurationWords(first)
            ),
            Self::RetryForBeforeRetry { retry_for, first } => write!(
                f,
                "the first retry waits at least {first}, and none starts after the `retry_for` of \
                 {}: write a `retry_for` of at least {first}, or a shorter backoff",
                DurationWords(retry_for),
                first = DurationWords(first)
            ),
        }
    }
}
