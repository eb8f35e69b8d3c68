//! What logs and metrics are told: nothing until an attempt fails.
//!
//! Both are off by default, behind the features `tracing` and `metrics`.

mod causes;
#[cfg(feature = "metrics")]
pub mod metrics;
pub(crate) mod spans;
pub(crate) mod subject;
#[cfg(feature = "tracing")]
mod tracing;

#[cfg(feature = "metrics")]
use self::metrics::counting as count;
#[cfg(feature = "tracing")]
use self::tracing as log;
#[cfg(feature = "central")]
use crate::central::tally;

use self::subject::Subject;
use crate::budget::Budget;
use crate::ended::Ended;
use crate::verdict::Verdict;
use std::error::Error;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::time::Duration;

/// The error of an attempt, as far as it can be printed.
#[derive(Clone, Copy, Default)]
pub enum Shown<'a> {
    /// Neither `Display` nor `Debug`.
    #[default]
    Not,
    /// By the name of its type, where nothing else is known of it.
    Type(&'static str),
    /// With its causes.
    Error(&'a (dyn Error + 'a)),
    /// By `Display`, where it is no `Error`.
    Display(&'a dyn Display),
    /// By `Debug`, where there is no `Display`.
    Debug(&'a dyn Debug),
    /// There is no error: `on_ok` has judged the response, which is not printed, since it
    /// may be large or confidential.
    Response,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not => f.write_str("not printable"),
            Self::Type(name) => write!(f, "a `{name}`"),
            Self::Error(error) => causes::write(*error, f),
            Self::Display(error) => Display::fmt(error, f),
            Self::Debug(error) => Debug::fmt(error, f),
            Self::Response => f.write_str("none, `on_ok` retries the response"),
        }
    }
}

/// The same on its way to whoever shows it: nothing, where nobody does.
#[derive(Clone, Copy)]
pub(crate) struct ShownIfTold<'a> {
    #[cfg(any(feature = "tracing", feature = "testing"))]
    shown: Shown<'a>,
    of: PhantomData<Shown<'a>>,
}

impl<'a> ShownIfTold<'a> {
    #[allow(unused_variables, reason = "by the features")]
    #[inline]
    pub(crate) const fn of(shown: Shown<'a>) -> Self {
        Self {
            #[cfg(any(feature = "tracing", feature = "testing"))]
            shown,
            of: PhantomData,
        }
    }

    #[allow(clippy::unused_self, reason = "the same")]
    pub(crate) const fn shown(self) -> Shown<'a> {
        #[cfg(any(feature = "tracing", feature = "testing"))]
        return self.shown;
        #[cfg(not(any(feature = "tracing", feature = "testing")))]
        Shown::Not
    }
}

/// An attempt that failed.
#[allow(
    dead_code,
    reason = "each feature reads its part, and without any nobody is told"
)]
pub(crate) struct FailureReport<'a> {
    pub(crate) subject: Subject<'a>,
    /// The number of the attempt; the first is 1.
    pub(crate) attempt: u32,
    /// How many attempts the policy allows.
    pub(crate) of: u32,
    pub(crate) error: Shown<'a>,
    pub(crate) verdict: Verdict,
    pub(crate) budget: Option<&'a Budget>,
}

/// Whether anybody is told of what a call came to.
pub(crate) const IS_TOLD: bool = cfg!(any(
    feature = "tracing",
    feature = "metrics",
    feature = "central"
));

/// Another attempt follows after `delay`.
pub(crate) fn retrying(failed: &FailureReport<'_>, delay: Duration) {
    log::retrying(failed, delay);
    count::retrying(failed, delay);
    tally::retrying(failed.subject);
}

/// No other attempt follows.
pub(crate) fn ended(failed: &FailureReport<'_>, ended: Ended) {
    log::ended(failed, ended);
    count::ended(failed, ended);
    tally::ended(failed.subject, ended);
}

/// A poll goes on after `delay`: nothing has failed.
pub(crate) fn not_yet(attempt: &FailureReport<'_>, delay: Duration) {
    log::not_yet(attempt, delay);
}

/// A poll has come to its end without the answer that it was made for.
pub(crate) fn unfinished(attempt: &FailureReport<'_>, ended: Ended) {
    log::unfinished(attempt, ended);
    count::ended(attempt, ended);
    tally::ended(attempt.subject, ended);
}

/// No other attempt follows, and this one was not made: the breaker is open.
pub(crate) fn rejected(failed: &FailureReport<'_>) {
    log::ended(failed, Ended::Rejected);
    let made = FailureReport {
        attempt: failed.attempt.saturating_sub(1),
        ..*failed
    };
    count::ended(&made, Ended::Rejected);
    tally::ended(failed.subject, Ended::Rejected);
}

/// A call succeeded with its first attempt.
#[inline]
pub(crate) fn succeeded(subject: Subject<'_>) {
    count::succeeded(subject);
}

/// A call succeeded after retries or hedges.
pub(crate) fn recovered(subject: Subject<'_>, attempts: u32) {
    log::recovered(subject, attempts);
    count::recovered(subject, attempts);
    tally::recovered(subject);
}

/// An attempt starts beside others that have not answered.
pub(crate) fn hedged(subject: Subject<'_>, attempt: u32) {
    log::hedged(subject, attempt);
    count::hedged(subject);
    tally::hedged(subject);
}

/// A call failed with an error that nothing is known of, and was not retried for that.
pub fn unknown_error<'a>(subject: impl Into<Subject<'a>>, error_type: &'static str) {
    let subject = subject.into();
    log::unknown_error(subject, error_type);
    count::unknown_error(subject, error_type);
}

/// A call that must not run twice was made again by a retry.
pub fn ran_twice(call: &'static str) {
    log::ran_twice(call);
    count::ran_twice(call);
}

/// Without the feature nobody is told.
#[cfg(not(feature = "tracing"))]
mod log {
    use super::{Duration, Ended, FailureReport, Subject};

    pub(super) fn retrying(_: &FailureReport<'_>, _: Duration) {}
    pub(super) fn ended(_: &FailureReport<'_>, _: Ended) {}
    pub(super) fn not_yet(_: &FailureReport<'_>, _: Duration) {}
    pub(super) fn unfinished(_: &FailureReport<'_>, _: Ended) {}
    pub(super) fn recovered(_: Subject<'_>, _: u32) {}
    pub(super) fn hedged(_: Subject<'_>, _: u32) {}
    pub(super) fn unknown_error(_: Subject<'_>, _: &'static str) {}
    pub(super) fn ran_twice(_: &'static str) {}
}

/// Without the feature nothing is counted.
#[cfg(not(feature = "metrics"))]
mod count {
    use super::{Duration, Ended, FailureReport, Subject};

    pub(super) fn retrying(_: &FailureReport<'_>, _: Duration) {}
    pub(super) fn ended(_: &FailureReport<'_>, _: Ended) {}
    pub(super) fn succeeded(_: Subject<'_>) {}
    pub(super) fn recovered(_: Subject<'_>, _: u32) {}
    pub(super) fn hedged(_: Subject<'_>) {}
    pub(super) fn unknown_error(_: Subject<'_>, _: &'static str) {}
    pub(super) fn ran_twice(_: &'static str) {}
}

/// Without the feature no function is listed.
#[cfg(not(feature = "central"))]
mod tally {
    use super::{Ended, Subject};

    pub(super) fn retrying(_: Subject<'_>) {}
    pub(super) fn ended(_: Subject<'_>, _: Ended) {}
    pub(super) fn recovered(_: Subject<'_>) {}
    pub(super) fn hedged(_: Subject<'_>) {}
}
