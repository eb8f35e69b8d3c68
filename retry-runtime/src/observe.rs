//! What logs and metrics are told: nothing until an attempt fails.
//!
//! Both are off by default, behind the features `tracing` and `metrics`.

use crate::{Budget, Ended, Verdict};
use std::fmt::{self, Debug, Display};
use std::time::Duration;

/// The error of an attempt, as far as it can be printed.
#[derive(Clone, Copy, Default)]
pub enum Shown<'a> {
    /// Neither `Display` nor `Debug`.
    #[default]
    Not,
    /// By the name of its type, where nothing else is known of it.
    Type(&'static str),
    /// By `Display`.
    Display(&'a dyn Display),
    /// By `Debug`, where there is no `Display`.
    Debug(&'a dyn Debug),
    /// There is no error: `on_ok` has judged the response, which may be large, and
    /// nobody's business.
    Response,
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not => f.write_str("not printable"),
            Self::Type(name) => write!(f, "a `{name}`"),
            Self::Display(error) => Display::fmt(error, f),
            Self::Debug(error) => Debug::fmt(error, f),
            Self::Response => f.write_str("none, `on_ok` retries the response"),
        }
    }
}

/// An attempt that failed.
#[allow(
    dead_code,
    reason = "each feature reads its part, and without any nobody is told"
)]
pub(crate) struct Failed<'a> {
    pub(crate) function: &'static str,
    /// The number of the attempt; the first is 1.
    pub(crate) attempt: u32,
    /// How many attempts the policy allows.
    pub(crate) of: u32,
    pub(crate) error: Shown<'a>,
    pub(crate) verdict: Verdict,
    pub(crate) budget: Option<&'a Budget>,
}

/// Another attempt follows after `delay`.
pub(crate) fn retrying(failed: &Failed<'_>, delay: Duration) {
    log::retrying(failed, delay);
    count::retrying(failed, delay);
}

/// No other attempt follows.
pub(crate) fn ended(failed: &Failed<'_>, ended: Ended) {
    log::ended(failed, ended);
    count::ended(failed, ended);
}

/// No other attempt follows, and this one was not made: the breaker is open.
pub(crate) fn rejected(failed: &Failed<'_>) {
    log::ended(failed, Ended::Rejected);
    let made = Failed {
        attempt: failed.attempt.saturating_sub(1),
        ..*failed
    };
    count::ended(&made, Ended::Rejected);
}

/// A call succeeded after retries or hedges.
pub(crate) fn recovered(function: &'static str, attempts: u32) {
    log::recovered(function, attempts);
    count::recovered(function, attempts);
}

/// An attempt starts beside others that have not answered.
pub(crate) fn hedged(function: &'static str, attempt: u32) {
    log::hedged(function, attempt);
    count::hedged(function);
}

/// Events of `tracing`, target `retry_runtime`.
#[cfg(feature = "tracing")]
mod log {
    use super::{Duration, Ended, Failed, Shown};

    pub(super) fn retrying(failed: &Failed<'_>, delay: Duration) {
        tracing::warn!(
            target: "retry_runtime",
            function = failed.function,
            attempt = failed.attempt,
            of = failed.of,
            error = %failed.error,
            delay = ?delay,
            verdict = %failed.verdict,
            "attempt failed, retrying"
        );
    }

    pub(super) fn ended(failed: &Failed<'_>, ended: Ended) {
        macro_rules! event {
            ($level:ident, $message:literal) => {
                tracing::$level!(
                    target: "retry_runtime",
                    function = failed.function,
                    attempt = failed.attempt,
                    of = failed.of,
                    error = %failed.error,
                    verdict = %failed.verdict,
                    ended = ended.as_str(),
                    $message
                )
            };
        }
        match ended {
            // The caller's own fault, or the outer layer's business.
            Ended::Permanent | Ended::Nested => event!(debug, "attempt failed, not retried"),
            _ if matches!(failed.error, Shown::Response) => {
                event!(error, "retries ended, the last response comes back");
            }
            _ => event!(error, "call failed, retries ended"),
        }
    }

    pub(super) fn recovered(function: &'static str, attempts: u32) {
        tracing::info!(target: "retry_runtime", function, attempts, "call succeeded after retries");
    }

    pub(super) fn hedged(function: &'static str, attempt: u32) {
        tracing::info!(target: "retry_runtime", function, attempt, "no answer yet, hedging");
    }
}

#[cfg(not(feature = "tracing"))]
mod log {
    use super::{Duration, Ended, Failed};

    pub(super) fn retrying(_: &Failed<'_>, _: Duration) {}
    pub(super) fn ended(_: &Failed<'_>, _: Ended) {}
    pub(super) fn recovered(_: &'static str, _: u32) {}
    pub(super) fn hedged(_: &'static str, _: u32) {}
}

/// Metrics of the facade `metrics`, named after gRPC A96, which like these
/// reports nothing of a call whose first attempt succeeds.
#[cfg(feature = "metrics")]
mod count {
    use super::{Budget, Duration, Ended, Failed};
    use metrics::{counter, gauge, histogram};

    pub(super) fn retrying(failed: &Failed<'_>, delay: Duration) {
        let function = failed.function;
        counter!("retry.client.call.retries", "function" => function).increment(1);
        histogram!("retry.client.call.retry_delay", "function" => function)
            .record(delay.as_secs_f64());
        level(function, failed.budget);
    }

    pub(super) fn ended(failed: &Failed<'_>, ended: Ended) {
        // An answer like any other: no retry was made, and none was wanted.
        if failed.attempt == 1 && ended == Ended::Permanent {
            return;
        }
        let function = failed.function;
        if failed.attempt > 0 {
            counter!("retry.client.call.attempts", "function" => function)
                .increment(failed.attempt.into());
        }
        counter!("retry.client.call.endings", "function" => function, "reason" => ended.as_str())
            .increment(1);
        level(function, failed.budget);
    }

    pub(super) fn recovered(function: &'static str, attempts: u32) {
        counter!("retry.client.call.attempts", "function" => function).increment(attempts.into());
        counter!("retry.client.call.endings", "function" => function, "reason" => "recovered")
            .increment(1);
    }

    pub(super) fn hedged(function: &'static str) {
        counter!("retry.client.call.hedges", "function" => function).increment(1);
    }

    fn level(function: &'static str, budget: Option<&Budget>) {
        if let Some(budget) = budget {
            gauge!("retry.client.budget.level", "function" => function).set(budget.level());
        }
    }
}

#[cfg(not(feature = "metrics"))]
mod count {
    use super::{Duration, Ended, Failed};

    pub(super) fn retrying(_: &Failed<'_>, _: Duration) {}
    pub(super) fn ended(_: &Failed<'_>, _: Ended) {}
    pub(super) fn recovered(_: &'static str, _: u32) {}
    pub(super) fn hedged(_: &'static str) {}
}

/// An error of an unknown type: it is shown by whatever it has.
pub struct Show<'a, E>(pub &'a E);

impl<'a, E: Display> Show<'a, E> {
    /// By `Display`.
    #[inline]
    #[must_use]
    pub fn shown(&self) -> Shown<'a> {
        Shown::Display(self.0)
    }
}

/// The way for errors without `Display`.
pub trait ShowDebug<'a> {
    /// By `Debug`.
    fn shown(&self) -> Shown<'a>;
}

impl<'a, E: Debug> ShowDebug<'a> for Show<'a, E> {
    #[inline]
    fn shown(&self) -> Shown<'a> {
        Shown::Debug(self.0)
    }
}

/// The way for errors with neither.
pub trait ShowNot {
    /// Not at all.
    fn shown(&self) -> Shown<'static>;
}

impl<E> ShowNot for &Show<'_, E> {
    #[inline]
    fn shown(&self) -> Shown<'static> {
        Shown::Not
    }
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it. Where nothing is logged it is left alone: what is only for the log
/// would be compiled for each function, and would keep its outcome in memory.
#[cfg(not(feature = "tracing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {{
        let _ = $outcome;
        $crate::__private::Shown::Not
    }};
    ($failure:expr, $outcome:expr) => {{
        let _ = $outcome;
        $failure
    }};
}

/// The error of an outcome, by whatever it can be shown by, or a failure that
/// has it.
#[cfg(feature = "tracing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __shown {
    ($outcome:expr) => {
        match $crate::__private::error($outcome) {
            $crate::__private::Some(error) => {
                #[allow(unused_imports)]
                use $crate::__private::{ShowDebug as _, ShowNot as _};
                (&$crate::__private::Show(error)).shown()
            }
            $crate::__private::None => $crate::__private::Shown::Response,
        }
    };
    ($failure:expr, $outcome:expr) => {
        $failure.error($crate::__shown!($outcome))
    };
}
