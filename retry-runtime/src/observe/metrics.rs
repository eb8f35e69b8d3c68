//! Metrics of the facade `metrics`, named after gRPC A96, which like these
//! reports nothing of a call whose first attempt succeeds.

use super::{Budget, Duration, Ended, Failed};
use metrics::{counter, gauge, histogram};

pub(super) fn retrying(failed: &Failed<'_>, delay: Duration) {
    let function = failed.function;
    counter!("retry.client.call.retries", "function" => function).increment(1);
    histogram!("retry.client.call.retry_delay", "function" => function).record(delay.as_secs_f64());
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
