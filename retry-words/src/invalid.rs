//! What is wrong with a policy, and how to mend it.

pub(crate) mod backoff;
mod budget;
pub(crate) mod duration;
mod hedge;
pub(crate) mod jitter;
mod limits;
mod policy;

use std::fmt;
use std::time::Duration;

use crate::quoted::Quoted;

use self::backoff::BackoffFault;
use self::budget::BudgetFault;
use self::duration::DurationFault;
use self::hedge::HedgeFault;
use self::jitter::JitterFault;
use self::limits::LimitsFault;
use self::policy::PolicyFault;

/// A policy, or a word of one, that makes no sense. The message says what to write instead.
///
/// It is `Copy` and holds no allocation: a word it quotes is cut after 30 bytes.
///
/// ```
/// use retry_runtime::Backoff;
///
/// let error = "exp(100ms, 0.5, 1s)".parse::<Backoff>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the factor 0.5 is below 1, so delays would shrink: write at least 1, such as `1.5`"
/// );
/// assert_eq!(error.argument(), Some(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InvalidPolicy {
    reason: Reason,
    argument: Option<u8>,
}

/// What is wrong, by what it is wrong with. A new fault is a variant of one of these, and
/// its message stands beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reason {
    Duration(DurationFault),
    Backoff(BackoffFault),
    Jitter(JitterFault),
    Policy(PolicyFault),
    Limits(LimitsFault),
    Budget(BudgetFault),
    Hedge(HedgeFault),
}

impl InvalidPolicy {
    pub(crate) const fn duration(fault: DurationFault) -> Self {
        Self::new(Reason::Duration(fault))
    }

    pub(crate) const fn backoff(fault: BackoffFault) -> Self {
        Self::new(Reason::Backoff(fault))
    }

    pub(crate) const fn jitter(fault: JitterFault) -> Self {
        Self::new(Reason::Jitter(fault))
    }

    const fn policy(fault: PolicyFault) -> Self {
        Self::new(Reason::Policy(fault))
    }

    const fn limits(fault: LimitsFault) -> Self {
        Self::new(Reason::Limits(fault))
    }

    const fn budget(fault: BudgetFault) -> Self {
        Self::new(Reason::Budget(fault))
    }

    const fn hedge(fault: HedgeFault) -> Self {
        Self::new(Reason::Hedge(fault))
    }

    const fn new(reason: Reason) -> Self {
        Self {
            reason,
            argument: None,
        }
    }

    /// The same fault, of the argument with this index.
    #[doc(hidden)]
    #[must_use]
    pub const fn at(self, argument: u8) -> Self {
        Self {
            argument: Some(argument),
            ..self
        }
    }

    /// Which argument of a backoff is at fault, counted from 0. `None` where it is the whole.
    ///
    /// ```
    /// use retry_runtime::Backoff;
    ///
    /// let error = Backoff::from_words("exp", &["100ms", "1.5", "1sec"]).unwrap_err();
    /// assert_eq!(error.argument(), Some(2));
    /// let error = Backoff::from_words("expo", &[]).unwrap_err();
    /// assert_eq!(error.argument(), None);
    /// ```
    #[must_use]
    #[doc(hidden)]
    pub const fn argument(&self) -> Option<usize> {
        match self.argument {
            Some(argument) => Some(argument as usize),
            None => None,
        }
    }
}

/// The faults that only a whole policy or a budget can have, for the crates that build them.
#[doc(hidden)]
impl InvalidPolicy {
    #[must_use]
    pub const fn unknown_key(key: &str) -> Self {
        Self::policy(PolicyFault::UnknownKey(Quoted::new(key)))
    }

    #[must_use]
    pub const fn duplicate_key(key: &str) -> Self {
        Self::policy(PolicyFault::DuplicateKey(Quoted::new(key)))
    }

    #[must_use]
    pub const fn key_without_value(key: &str) -> Self {
        Self::policy(PolicyFault::KeyWithoutValue(Quoted::new(key)))
    }

    #[must_use]
    pub const fn bad_max(value: &str) -> Self {
        Self::policy(PolicyFault::BadMax(Quoted::new(value)))
    }

    #[must_use]
    pub const fn zero_timeout() -> Self {
        Self::limits(LimitsFault::ZeroTimeout)
    }

    #[must_use]
    pub const fn zero_deadline() -> Self {
        Self::limits(LimitsFault::ZeroDeadline)
    }

    #[must_use]
    pub const fn zero_retry_for() -> Self {
        Self::limits(LimitsFault::ZeroRetryFor)
    }

    #[must_use]
    pub const fn timeout_above_deadline(timeout: Duration, deadline: Duration) -> Self {
        Self::limits(LimitsFault::TimeoutAboveDeadline { timeout, deadline })
    }

    /// `first` is the shortest that the first retry can wait, jitter included.
    #[must_use]
    pub const fn deadline_before_retry(deadline: Duration, first: Duration) -> Self {
        Self::limits(LimitsFault::DeadlineBeforeRetry { deadline, first })
    }

    #[must_use]
    pub const fn retry_for_not_below_deadline(retry_for: Duration, deadline: Duration) -> Self {
        Self::limits(LimitsFault::RetryForNotBelowDeadline {
            retry_for,
            deadline,
        })
    }

    /// `first` as for [`deadline_before_retry`](Self::deadline_before_retry).
    #[must_use]
    pub const fn retry_for_before_retry(retry_for: Duration, first: Duration) -> Self {
        Self::limits(LimitsFault::RetryForBeforeRetry { retry_for, first })
    }

    #[must_use]
    pub const fn budget_percent(percent: u32) -> Self {
        Self::budget(BudgetFault::Percent(percent))
    }

    #[must_use]
    pub const fn zero_budget_window() -> Self {
        Self::budget(BudgetFault::ZeroWindow)
    }

    #[must_use]
    pub const fn budget_share(share: &str) -> Self {
        Self::budget(BudgetFault::BadShare(Quoted::new(share)))
    }

    #[must_use]
    pub const fn budget_word(word: &str) -> Self {
        Self::budget(BudgetFault::BadWord(Quoted::new(word)))
    }

    #[must_use]
    pub const fn budget_count(name: &'static str, count: &str) -> Self {
        Self::budget(BudgetFault::BadCount(name, Quoted::new(count)))
    }

    #[must_use]
    pub const fn hedge_percentile(percentile: u32) -> Self {
        Self::hedge(HedgeFault::Percentile(percentile))
    }

    #[must_use]
    pub const fn hedge_extra_load(percent: u32) -> Self {
        Self::hedge(HedgeFault::ExtraLoad(percent))
    }
}

impl std::error::Error for InvalidPolicy {}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Duration(fault) => fault.fmt(f),
            Reason::Backoff(fault) => fault.fmt(f),
            Reason::Jitter(fault) => fault.fmt(f),
            Reason::Policy(fault) => fault.fmt(f),
            Reason::Limits(fault) => fault.fmt(f),
            Reason::Budget(fault) => fault.fmt(f),
            Reason::Hedge(fault) => fault.fmt(f),
        }
    }
}
