//! The switch for an incident.

use super::{Down, hold, install, site};
use retry_runtime::{Policy, non_idempotent, retry};
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[retry(backoff = none, budget = none)]
fn plain(down: &Down) -> io::Result<u32> {
    down.ask()
}

#[retry(max = unlimited, backoff = none, budget = none)]
fn endless(attempts: &AtomicU32) -> io::Result<u32> {
    match attempts.fetch_add(1, Relaxed) {
        0..5 => Err(io::ErrorKind::ConnectionReset.into()),
        number => Ok(number),
    }
}

#[retry(policy = policy, backoff = none, budget = none)]
fn given(policy: &Policy, attempts: &AtomicU32) -> io::Result<u32> {
    match attempts.fetch_add(1, Relaxed) {
        0..5 => Err(io::ErrorKind::ConnectionReset.into()),
        number => Ok(number),
    }
}

#[retry(until = |ready| *ready == 3, max = 5, backoff = none, budget = none)]
fn polled(attempts: &AtomicU32, fails: bool) -> io::Result<u32> {
    match attempts.fetch_add(1, Relaxed) + 1 {
        2 if fails => Err(io::ErrorKind::ConnectionReset.into()),
        number => Ok(number),
    }
}

#[test]
fn one_attempt_and_no_more() {
    let rules = install("[default]\nenabled = false");
    let down = Down::default();
    assert!(plain(&down).is_err());
    assert_eq!(down.asked(), 1);
    let listed = site("switch::plain");
    assert!(!listed.enabled);
    assert_eq!(
        (listed.rules[0].key, listed.rules[0].by.as_str()),
        ("enabled", "default")
    );
    rules.now("[default]\nenabled = false\n['central::switch::plain']\nenabled = true");
    assert!(plain(&down).is_err());
    assert_eq!(down.asked(), 4);
    assert!(site("switch::plain").enabled);
}

#[non_idempotent]
fn charge() {}

#[retry(backoff = none, budget = none)]
fn buy() -> io::Result<u32> {
    charge();
    Ok(1)
}

fn buy_by_closure() -> io::Result<u32> {
    let once = |_| {
        charge();
        Ok::<u32, io::Error>(1)
    };
    Policy::DEFAULT
        .run_blocking(once)
        .name("switch::buy")
        .call()
}

/// What is made once may be what must not run twice.
#[test]
fn a_marked_call_is_no_mistake_where_nothing_is_retried() {
    let rules = install("[default]\nenabled = false");
    assert_eq!((buy().unwrap(), buy_by_closure().unwrap()), (1, 1));
    rules.now("[default]\nenabled = true");
    assert_eq!(
        std::panic::catch_unwind(buy).is_err(),
        cfg!(debug_assertions)
    );
    let by_closure = std::panic::catch_unwind(buy_by_closure);
    assert_eq!(by_closure.is_err(), cfg!(debug_assertions));
}

#[test]
fn polls_go_on_and_their_failures_are_not_retried() {
    let _rules = install("['*']\nenabled = false");
    assert_eq!(polled(&AtomicU32::new(0), false).unwrap(), 3);
    assert!(polled(&AtomicU32::new(0), true).is_err());
}

#[test]
fn unlimited_ones_are_left_alone_unless_they_are_named() {
    let rules = install("[default]\nenabled = false");
    assert_eq!(endless(&AtomicU32::new(0)).unwrap(), 5);
    let unlimited = Policy::DEFAULT.with_max(u32::MAX);
    assert!(given(&Policy::DEFAULT.with_max(9), &AtomicU32::new(0)).is_err());
    assert_eq!(given(&unlimited, &AtomicU32::new(0)).unwrap(), 5);
    rules.now("['central::switch::*']\nenabled = false");
    assert!(endless(&AtomicU32::new(0)).is_err());
    assert!(given(&unlimited, &AtomicU32::new(0)).is_err());
}

/// What the child of the next test runs.
#[test]
fn in_a_process_without_retries() {
    let _rules = hold();
    let expected = if std::env::var("RETRY_DISABLED").is_ok_and(|on| on == "1") {
        1
    } else {
        4
    };
    let down = Down::default();
    assert!(plain(&down).is_err());
    assert_eq!(down.asked(), expected);
    assert_eq!(endless(&AtomicU32::new(0)).unwrap(), 5);
    assert_eq!(polled(&AtomicU32::new(0), false).unwrap(), 3);
    if expected == 1 {
        assert_eq!(site("switch::plain").rules[0].by, "RETRY_DISABLED");
    }
}

#[test]
fn the_environment_switches_all_off() {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "switch::in_a_process_without_retries"])
        .env("RETRY_DISABLED", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
}
