//! Events of the crate `tracing`, target `retry_runtime`.

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

pub(super) fn not_yet(attempt: &Failed<'_>, delay: Duration) {
    tracing::debug!(
        target: "retry_runtime",
        function = attempt.function,
        attempt = attempt.attempt,
        delay = ?delay,
        "not yet, asking again"
    );
}

pub(super) fn unfinished(attempt: &Failed<'_>, ended: Ended) {
    tracing::warn!(
        target: "retry_runtime",
        function = attempt.function,
        attempt = attempt.attempt,
        ended = ended.as_str(),
        "still not finished, the last response comes back"
    );
}

pub(super) fn recovered(function: &'static str, attempts: u32) {
    tracing::info!(target: "retry_runtime", function, attempts, "call succeeded after retries");
}

pub(super) fn hedged(function: &'static str, attempt: u32) {
    tracing::info!(target: "retry_runtime", function, attempt, "no answer yet, hedging");
}
