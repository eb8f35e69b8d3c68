//! Metrics, in the conventions of Prometheus, by the facade of the crate
//! [`metrics`](https://docs.rs/metrics): whatever recorder is installed gets them.
//!
//! Nothing has to be set up. Three calls make more of them:
//!
//! ```
//! use retry_runtime::metrics;
//!
//! // When the recorder is installed: HELP texts and units.
//! metrics::describe();
//! // Count all calls, also those whose first attempt succeeds: the denominator.
//! metrics::count_calls();
//! // Before each rendering: budgets fill up again without a word.
//! metrics::observe_budgets();
//! ```
//!
//! What is counted is listed in [`guide::observing`](crate::guide::observing), which shows
//! the exporters of Prometheus and OpenTelemetry as well.

pub(super) mod budgets;
pub(super) mod counting;
mod labels;

pub use budgets::observe_budgets;
pub use counting::count_calls;
pub use labels::{Labels, set_labels};

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// Calls, of every ending: a counter, at zero before [`count_calls`].
pub const CALLS: &str = "retry_calls_total";
/// All attempts of the calls under [`ENDINGS`]: a counter.
pub const ATTEMPTS: &str = "retry_attempts_total";
/// Retries, by the verdict on the failure before: a counter.
pub const RETRIES: &str = "retry_retries_total";
/// Attempts that were started beside others: a counter.
pub const HEDGES: &str = "retry_hedges_total";
/// Calls that were retried or hedged, and calls that wanted to be and were not, by why
/// they ended: a counter.
pub const ENDINGS: &str = "retry_endings_total";
/// The waits before retries, in seconds: a histogram.
pub const DELAY: &str = "retry_delay_seconds";
/// What budgets have left, in tokens: a gauge.
pub const BUDGET: &str = "retry_budget_tokens";
/// Failures with an error of a type of which nothing is known: a counter.
pub const UNKNOWN_ERRORS: &str = "retry_unknown_errors_total";
/// Files of rules that were refused: a counter.
#[cfg(feature = "central")]
pub const RULES_REFUSED: &str = "retry_rules_refused_total";
/// Calls that must not run twice and were made by a retry: a counter.
pub const RAN_TWICE: &str = "retry_ran_twice_total";

/// The buckets for [`DELAY`], in seconds: from a millisecond to the longest push-back
/// that is heeded by default. An exporter for Prometheus makes a summary of a histogram
/// that has no buckets, and of summaries no quantiles can be had over several processes.
///
/// ```
/// use retry_runtime::metrics::DELAY_BUCKETS;
///
/// assert_eq!(DELAY_BUCKETS.first(), Some(&0.001));
/// assert_eq!(DELAY_BUCKETS.last(), Some(&30.0));
/// ```
pub const DELAY_BUCKETS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Tells the recorder what the metrics are, and their units: Prometheus' `# HELP`.
///
/// To be called once the recorder is installed. Some exporters heed only what they are
/// told before the first value.
///
/// ```
/// retry_runtime::metrics::describe();
/// ```
pub fn describe() {
    #[cfg(feature = "central")]
    describe_counter!(
        RULES_REFUSED,
        Unit::Count,
        "Files of central rules that were refused."
    );
    describe_counter!(CALLS, Unit::Count, "Calls of retried functions.");
    describe_counter!(
        ATTEMPTS,
        Unit::Count,
        "Attempts of the calls that are counted by how they ended."
    );
    describe_counter!(
        RETRIES,
        Unit::Count,
        "Retries, by the verdict on the failure before."
    );
    describe_counter!(
        HEDGES,
        Unit::Count,
        "Attempts started beside others that had not answered."
    );
    describe_counter!(
        ENDINGS,
        Unit::Count,
        "Calls that were retried, or wanted to be and were not, by why they ended."
    );
    describe_histogram!(DELAY, Unit::Seconds, "Waits before retries.");
    describe_gauge!(
        BUDGET,
        Unit::Count,
        "What a budget has left, in tokens; a retry takes one."
    );
    describe_counter!(
        UNKNOWN_ERRORS,
        Unit::Count,
        "Failures not retried since nothing is known of the error's type."
    );
    describe_counter!(
        RAN_TWICE,
        Unit::Count,
        "Calls that must not run twice and were made by a retry."
    );
}
