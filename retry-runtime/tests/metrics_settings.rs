//! What is set for the whole process: that all calls are counted, and labels of the
//! user's own.

#![cfg(all(feature = "tracing", feature = "metrics", feature = "macros"))]

#[path = "observe/support.rs"]
#[allow(dead_code, reason = "what other tests need")]
mod support;

use retry_runtime::{Policy, metrics, retry};
use support::{Fault, seen};

#[retry(max = 1, backoff = none, name = "get")]
async fn get(outcomes: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
    outcomes.pop().unwrap()
}

#[retry(max = 1, backoff = none, name = "get", hedge = 60s)]
async fn get_hedged() -> Result<u32, Fault> {
    Ok(1)
}

/// One call for each way in which a call can end, and some that succeed at once.
async fn calls() {
    let _ = get(&mut vec![Ok(1)]).await;
    let _ = get(&mut vec![Err(Fault::PERMANENT)]).await;
    let _ = get(&mut vec![Ok(1), Err(Fault::TRANSIENT)]).await;
    let _ = get(&mut vec![Err(Fault::TRANSIENT), Err(Fault::TRANSIENT)]).await;
    let _ = get_hedged().await;
    let run = Policy::DEFAULT.run(async |_| Ok::<_, Fault>(1)).untimed();
    let _ = run.name("get").await;
}

#[test]
fn all_calls_are_counted_from_the_moment_it_is_asked_for() {
    let calls_total = "retry_calls_total{function=get}";
    let ((), before) = seen(calls());
    assert!(!before.metrics.contains_key(calls_total));
    metrics::count_calls();
    let ((), after) = seen(calls());
    assert_eq!(after.metrics[calls_total], [6.0]);
    // Each once more, and nothing else has changed.
    assert_eq!(after.metrics.len(), before.metrics.len() + 1);
    // An event for each that is told, and none for the others.
    assert_eq!(after.events, before.events);
}

#[retry(max = 1, backoff = none, name = "labelled", target = "a")]
async fn labelled() -> Result<u32, Fault> {
    Err(Fault::TRANSIENT)
}

tokio::task_local! {
    static TENANT: &'static str;
}

#[test]
fn labels_of_the_users_own_are_on_every_metric_of_the_call() {
    // The last one holds.
    metrics::set_labels(|labels| {
        if labels.function() == "labelled" {
            labels.add("first", "hook");
        }
    });
    metrics::set_labels(|labels| {
        if labels.function() == "labelled" {
            let tenant = TENANT.try_with(|tenant| *tenant).unwrap_or("none");
            labels.add("tenant", tenant);
            let target = labels.target().map(|target| format!("host {target}"));
            labels.add("host", target.unwrap_or_default());
        }
    });
    let (_, seen) = seen(TENANT.scope("blue", labelled()));
    let of_the_call = |name: &&String| !name.starts_with("retry_budget_tokens");
    let told: Vec<_> = seen.metrics.keys().filter(of_the_call).collect();
    // And the count of all calls, where the other test has asked for it.
    assert!((4..=5).contains(&told.len()), "{told:?}");
    for name in told {
        assert!(name.contains("function=labelled,target=a,"), "{name}");
        assert!(name.ends_with(",tenant=blue,host=host a}"), "{name}");
    }
    // Its own budget is that of all targets.
    let budget = "retry_budget_tokens{function=labelled,tenant=blue,host=}";
    assert!(seen.metrics.contains_key(budget), "{:?}", seen.metrics);
}
