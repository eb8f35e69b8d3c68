//! Why retries ended.

use std::fmt;

/// Why a call ended without success: one enum for the fallback, the log and the
/// metric.
///
/// ```
/// use retry_runtime::Ended;
///
/// assert_eq!(Ended::Exhausted.as_str(), "exhausted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ended {
    /// All retries that `max`, or the backoff's iterator, allows were made.
    Exhausted,
    /// The error is not worth another attempt.
    Permanent,
    /// The budget has nothing left for another retry.
    Budget,
    /// The deadline is over, or leaves no time for another attempt.
    Deadline,
    /// The circuit breaker is open.
    Rejected,
    /// The server asked for a longer wait than the policy allows, or for none
    /// to follow.
    Pushback,
    /// A layer further out is on a retry already: a retry is not retried.
    Nested,
}

impl Ended {
    /// The reason as one lower-case word, for labels of metrics.
    ///
    /// ```
    /// # use retry_runtime::Ended;
    /// assert_eq!(Ended::Nested.as_str(), "nested");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exhausted => "exhausted",
            Self::Permanent => "permanent",
            Self::Budget => "budget",
            Self::Deadline => "deadline",
            Self::Rejected => "rejected",
            Self::Pushback => "pushback",
            Self::Nested => "nested",
        }
    }

    /// The one of this number, in the order above: the other way than `as u64`.
    #[inline]
    pub(crate) const fn of(number: u64) -> Self {
        match number {
            0 => Self::Exhausted,
            1 => Self::Permanent,
            2 => Self::Budget,
            3 => Self::Deadline,
            4 => Self::Rejected,
            5 => Self::Pushback,
            _ => Self::Nested,
        }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_number_and_its_word() {
        let words = [
            "exhausted",
            "permanent",
            "budget",
            "deadline",
            "rejected",
            "pushback",
            "nested",
        ];
        for (number, word) in (0..).zip(words) {
            let ended = Ended::of(number);
            assert_eq!(ended as u64, number);
            assert_eq!(ended.as_str(), word);
            assert_eq!(ended.to_string(), word);
        }
    }
}
