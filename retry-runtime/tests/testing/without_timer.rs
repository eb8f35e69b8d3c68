//! What works without `tokio` and `smol`: functions that block, and those that bring a timer.

use crate::support::{block_on, refused, reset};
use retry_runtime::testing::{
    self, CallEnding, fail, paused, paused_blocking, record, record_blocking, time_out,
};
use retry_runtime::{Backoff, Ended, Jitter, Policy, retry};
use std::io;
use std::time::Duration;

#[retry(max = 2, backoff = fixed(1h), jitter = none, timeout = 1h, sleep = testing::sleep)]
async fn get(hangs: bool) -> io::Result<u32> {
    if hangs {
        testing::sleep(Duration::from_secs(7200)).await;
    }
    Ok(7)
}

#[retry(max = 2, backoff = fixed(1h), jitter = none)]
fn get_blocking() -> io::Result<u32> {
    Ok(7)
}

#[test]
fn a_timer_of_the_tests() {
    let (outcome, record) = block_on(paused(record(get(true))));
    assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(record.call().waits(), [Duration::from_secs(3600); 2]);
    assert_eq!(record.call().ending(), CallEnding::Failed(Ended::Exhausted));
}

#[test]
fn faults() {
    let faults = fail("*::get", 1, refused).and(time_out("*::get", 1));
    let (outcome, record) = block_on(paused(record(faults.during(get(false)))));
    assert_eq!(outcome.unwrap(), 7);
    assert_eq!(record.call().attempts().len(), 3);
}

#[test]
fn functions_that_block() {
    let (outcome, record) = record_blocking(|| {
        paused_blocking(|| fail("*::get_blocking", 3, reset).during_blocking(get_blocking))
    });
    assert!(outcome.is_err());
    assert_eq!(record.call().attempts().len(), 3);
    assert_eq!(record.call().waits(), [Duration::from_secs(3600); 2]);
}

/// The clock goes on by what the thread would have slept.
#[test]
fn a_deadline_sees_the_waits_of_functions_that_block() {
    #[retry(max = 9, backoff = fixed(10m), jitter = none, deadline = 25m)]
    fn get() -> io::Result<u32> {
        Err(refused())
    }
    let policy = Policy::DEFAULT
        .with_backoff(Backoff::fixed(Duration::from_secs(600)).unwrap())
        .with_jitter(Jitter::NONE)
        .with_max(9)
        .with_deadline(Duration::from_secs(1500));
    let run = || policy.run_blocking(|_| io::Result::<u32>::Err(refused()));
    let (_, record) = paused_blocking(|| record_blocking(|| (get(), run().call())));
    for call in record.calls() {
        assert_eq!(call.attempts().len(), 3, "{record}");
        assert_eq!(call.ending(), CallEnding::Failed(Ended::Deadline));
    }
    assert_eq!(record.calls().len(), 2);
}
