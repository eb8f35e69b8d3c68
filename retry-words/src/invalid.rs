//! What is wrong with a policy, and how to mend it.

mod duration;
mod form;
mod limit;
mod load;
mod policy;
mod wait;

use std::fmt;
use std::time::Duration;

use crate::word::Word;

pub(crate) use duration::DurationFault;
pub(crate) use form::FormFault;
use limit::LimitFault;
use load::LoadFault;
use policy::PolicyFault;
pub(crate) use wait::WaitFault;

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

/// Whose fault it is. A new fault is a variant of one of these, with its message there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reason {
    Duration(DurationFault),
    Form(FormFault),
    Wait(WaitFault),
    Policy(PolicyFault),
    Limit(LimitFault),
    Load(LoadFault),
}

impl InvalidPolicy {
    pub(crate) const fn duration(fault: DurationFault) -> Self {
        Self::new(Reason::Duration(fault))
    }

    pub(crate) const fn form(fault: FormFault) -> Self {
        Self::new(Reason::Form(fault))
    }

    pub(crate) const fn wait(fault: WaitFault) -> Self {
        Self::new(Reason::Wait(fault))
    }

    const fn policy(fault: PolicyFault) -> Self {
        Self::new(Reason::Policy(fault))
    }

    const fn limit(fault: LimitFault) -> Self {
        Self::new(Reason::Limit(fault))
    }

    const fn load(fault: LoadFault) -> Self {
        Self::new(Reason::Load(fault))
    }

    const fn new(reason: Reason) -> Self {
        Self {
            reason,
            argument: None,
        }
    }

    /// The same fault, laid at the argument of this index.
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
        Self::policy(PolicyFault::UnknownKey(Word::new(key)))
    }

    #[must_use]
    pub const fn duplicate_key(key: &str) -> Self {
        Self::policy(PolicyFault::DuplicateKey(Word::new(key)))
    }

    #[must_use]
    pub const fn key_without_value(key: &str) -> Self {
        Self::policy(PolicyFault::KeyWithoutValue(Word::new(key)))
    }

    #[must_use]
    pub const fn bad_max(value: &str) -> Self {
        Self::policy(PolicyFault::BadMax(Word::new(value)))
    }

    #[must_use]
    pub const fn zero_timeout() -> Self {
        Self::limit(LimitFault::ZeroTimeout)
    }

    #[must_use]
    pub const fn zero_deadline() -> Self {
        Self::limit(LimitFault::ZeroDeadline)
    }

    #[must_use]
    pub const fn timeout_above_deadline(timeout: Duration, deadline: Duration) -> Self {
        Self::limit(LimitFault::TimeoutAboveDeadline { timeout, deadline })
    }

    /// `first` is the shortest that the first retry can wait, jitter included.
    #[must_use]
    pub const fn deadline_before_retry(deadline: Duration, first: Duration) -> Self {
        Self::limit(LimitFault::DeadlineBeforeRetry { deadline, first })
    }

    #[must_use]
    pub const fn budget_percent(percent: u32) -> Self {
        Self::load(LoadFault::BudgetPercent(percent))
    }

    #[must_use]
    pub const fn zero_budget_window() -> Self {
        Self::load(LoadFault::ZeroBudgetWindow)
    }

    #[must_use]
    pub const fn hedge_percentile(percentile: u32) -> Self {
        Self::load(LoadFault::HedgePercentile(percentile))
    }

    #[must_use]
    pub const fn hedge_extra_load(percent: u32) -> Self {
        Self::load(LoadFault::HedgeExtraLoad(percent))
    }
}

impl std::error::Error for InvalidPolicy {}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Duration(fault) => fault.fmt(f),
            Reason::Form(fault) => fault.fmt(f),
            Reason::Wait(fault) => fault.fmt(f),
            Reason::Policy(fault) => fault.fmt(f),
            Reason::Limit(fault) => fault.fmt(f),
            Reason::Load(fault) => fault.fmt(f),
        }
    }
}
