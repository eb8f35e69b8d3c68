//! Events of the crate `tracing`, target `retry_runtime`.

use super::{Duration, Ended, FailureReport, Shown, Subject};
use crate::budget::{Budget, Refusal};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

pub(super) fn retrying(failed: &FailureReport<'_>, delay: Duration) {
    let suppressed = failed.budget.map_or(0, Budget::end_stretch);
    tracing::warn!(
        target: "retry_runtime",
        function = &*failed.subject.function(),
        retry.target = failed.subject.target().as_deref(),
        attempt = failed.attempt,
        of = failed.of,
        error = %failed.error,
        delay = millis(delay),
        verdict = %failed.verdict,
        suppressed = (suppressed > 0).then_some(suppressed),
        "attempt failed, retrying"
    );
}

pub(super) fn ended(failed: &FailureReport<'_>, ended: Ended) {
    macro_rules! event {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                target: "retry_runtime",
                function = &*failed.subject.function(),
        retry.target = failed.subject.target().as_deref(),
                attempt = failed.attempt,
                of = failed.of,
                error = %failed.error,
                verdict = %failed.verdict,
                ended = ended.as_str(),
                $message
            )
        };
    }
    let is_repeated = is_repeated(failed.budget, ended);
    match ended {
        // A mistake in the request itself, or a failure that the outer retry reports.
        Ended::Permanent | Ended::Nested => event!(debug, "attempt failed, not retried"),
        // Told once already.
        _ if is_repeated => event!(debug, "attempt failed, not retried"),
        _ if matches!(failed.error, Shown::Response) => {
            event!(error, "retries ended, the last response comes back");
        }
        _ => event!(error, "call failed, retries ended"),
    }
}

/// Whether the log has been told of this refusal by an earlier call. In an outage each
/// call ends so.
fn is_repeated(budget: Option<&Budget>, ended: Ended) -> bool {
    let Some(budget) = budget else { return false };
    match ended {
        Ended::Budget => !budget.is_first(Refusal::Budget),
        Ended::Rejected => !budget.is_first(Refusal::Breaker),
        _ => {
            budget.attempted();
            false
        }
    }
}

pub(super) fn not_yet(attempt: &FailureReport<'_>, delay: Duration) {
    tracing::debug!(
        target: "retry_runtime",
        function = &*attempt.subject.function(),
        retry.target = attempt.subject.target().as_deref(),
        attempt = attempt.attempt,
        delay = millis(delay),
        "not yet, asking again"
    );
}

pub(super) fn unfinished(attempt: &FailureReport<'_>, ended: Ended) {
    tracing::warn!(
        target: "retry_runtime",
        function = &*attempt.subject.function(),
        retry.target = attempt.subject.target().as_deref(),
        attempt = attempt.attempt,
        ended = ended.as_str(),
        "still not finished, the last response comes back"
    );
}

pub(super) fn recovered(subject: Subject<'_>, attempts: u32) {
    tracing::info!(
        target: "retry_runtime",
        function = &*subject.function(),
        retry.target = subject.target().as_deref(),
        attempts,
        "call succeeded after retries"
    );
}

pub(super) fn hedged(subject: Subject<'_>, attempt: u32) {
    tracing::info!(
        target: "retry_runtime",
        function = &*subject.function(),
        retry.target = subject.target().as_deref(),
        attempt,
        "no answer yet, hedging"
    );
}

/// The functions that have failed with an error that nobody knows. They stay: there
/// are no more of them than there are in the program.
static WARNED: RwLock<BTreeSet<Cow<'static, str>>> = RwLock::new(BTreeSet::new());

pub(super) fn unknown_error(subject: Subject<'_>, error_type: &'static str) {
    // While nobody listens, nothing has been said.
    if !tracing::enabled!(target: "retry_runtime", tracing::Level::WARN) {
        return;
    }
    let function = subject.function();
    let warned = WARNED.read().unwrap_or_else(PoisonError::into_inner);
    let is_known = warned.contains(&function);
    drop(warned);
    if is_known
        || !WARNED
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(function.clone())
    {
        return;
    }
    tracing::warn!(
        target: "retry_runtime",
        function = &*function,
        error_type,
        "errors of an unknown type are not retried: say which are worth it by `on = ..` or \
         `impl Transient`, or turn on the feature of the crate that they come from"
    );
}

pub(super) fn ran_twice(call: &'static str) {
    tracing::error!(
        target: "retry_runtime",
        call,
        "a call that must not run twice was made by a retry"
    );
}

/// A number that a query can compare.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
