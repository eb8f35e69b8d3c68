//! Metrics of the facade `metrics`, named after gRPC A96, which like these
//! reports nothing of a call whose first attempt succeeds.

use super::{Budget, Duration, Ended, Failed, Subject};
use metrics::{counter, gauge, histogram};
use std::borrow::Cow;

pub(super) fn retrying(failed: &Failed<'_>, delay: Duration) {
    let function = failed.subject.function();
    counter!("retry.client.call.retries", "function" => function.clone()).increment(1);
    histogram!("retry.client.call.retry_delay", "function" => function.clone())
        .record(delay.as_secs_f64());
    level(function, failed.budget);
}

pub(super) fn ended(failed: &Failed<'_>, ended: Ended) {
    // An answer like any other: no retry was made, and none was wanted.
    if failed.attempt == 1 && ended == Ended::Permanent {
        return;
    }
    let function = failed.subject.function();
    if failed.attempt > 0 {
        counter!("retry.client.call.attempts", "function" => function.clone())
            .increment(failed.attempt.into());
    }
    counter!("retry.client.call.endings", "function" => function.clone(), "reason" => ended.as_str())
        .increment(1);
    level(function, failed.budget);
}

pub(super) fn recovered(subject: Subject<'_>, attempts: u32) {
    let function = subject.function();
    counter!("retry.client.call.attempts", "function" => function.clone())
        .increment(attempts.into());
    counter!("retry.client.call.endings", "function" => function.clone(), "reason" => "recovered")
        .increment(1);
}

pub(super) fn hedged(subject: Subject<'_>) {
    let function = subject.function();
    counter!("retry.client.call.hedges", "function" => function.clone()).increment(1);
}

fn level(function: Cow<'static, str>, budget: Option<&Budget>) {
    if let Some(budget) = budget {
        gauge!("retry.client.budget.level", "function" => function).set(budget.level());
    }
}

pub(super) fn unknown_error(subject: Subject<'_>, error_type: &'static str) {
    counter!("retry.client.call.unknown_errors", "function" => subject.function(), "error_type" => error_type)
        .increment(1);
}

pub(super) fn ran_twice(call: &'static str) {
    counter!("retry.client.call.ran_twice", "function" => call).increment(1);
}
