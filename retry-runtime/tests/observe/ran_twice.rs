//! A call that must not run twice, made by a retry: an error in the log, and a count.

use super::support::{Fault, seen};
use retry_runtime::{assume_idempotent, non_idempotent, retry};
use std::env;
use std::process::Command;

#[non_idempotent]
async fn charge() {
    // Several polls are one call.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

#[non_idempotent]
fn charge_sync() {}

/// In between, without a mark.
async fn pay() {
    charge().await;
}

#[retry(max = 2, backoff = none, budget = none)]
async fn buy() -> Result<(), Fault> {
    pay().await;
    charge_sync();
    Err(Fault::TRANSIENT)
}

#[retry(max = 2, backoff = none, budget = none)]
async fn assumed() -> Result<(), Fault> {
    charge().assume_idempotent().await;
    assume_idempotent(charge_sync);
    Err(Fault::TRANSIENT)
}

/// Debug builds panic unless they are told not to: this runs itself once more.
fn as_in_release(test: &str) -> bool {
    const VARIABLE: &str = "RETRY_NON_IDEMPOTENT";
    if !cfg!(debug_assertions) || env::var_os(VARIABLE).is_some() {
        return true;
    }
    let output = Command::new(env::current_exe().expect("this test"))
        .args(["--exact", test, "--nocapture"])
        .env(VARIABLE, "log")
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    assert!(
        printed.contains("RETRY_NON_IDEMPOTENT=log is set"),
        "{printed}"
    );
    false
}

#[test]
fn each_retry_is_reported_once() {
    if !as_in_release("ran_twice::each_retry_is_reported_once") {
        return;
    }
    let (_, seen) = seen(buy());
    let errors = seen
        .events
        .iter()
        .filter(|event| event.contains("must not run twice"));
    let errors: Vec<_> = errors.collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("ERROR") && errors[0].contains("ran_twice::charge"));
    let counted = seen
        .metrics
        .iter()
        .filter(|(name, _)| name.starts_with("retry_ran_twice"));
    let counted: Vec<_> = counted.collect();
    assert_eq!(counted.len(), 1, "{counted:?}");
    assert_eq!(counted[0].1, &[2.0]);
}

#[test]
fn what_may_run_twice_is_not_reported() {
    let (_, seen) = seen(assumed());
    assert!(
        !seen
            .events
            .iter()
            .any(|event| event.contains("must not run twice"))
    );
}
