//! Which timer waits, where both are there: that of the runtime that is entered.

#![cfg(all(feature = "macros", feature = "tokio", feature = "smol"))]

use retry_runtime::{Elapsed, Policy, retry};
use std::cell::Cell;
use std::future::pending;
use std::io;
use std::time::Duration;

#[retry(max = 2, backoff = fixed(1ms), budget = none)]
async fn get(attempts: &Cell<u32>) -> io::Result<u32> {
    attempts.set(attempts.get() + 1);
    Err(io::ErrorKind::TimedOut.into())
}

#[retry(max = 1, backoff = fixed(1ms), timeout = 1ms, budget = none)]
async fn hang() -> io::Result<u32> {
    pending().await
}

async fn all() {
    let attempts = Cell::new(0);
    assert!(get(&attempts).await.is_err());
    assert_eq!(attempts.get(), 3);
    let error = hang().await.unwrap_err();
    let elapsed = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Elapsed>());
    assert!(elapsed.is_some_and(|elapsed| !elapsed.is_deadline()));
    let short = Policy::DEFAULT.with_deadline(Duration::from_millis(20));
    let run = short.run(|_| pending::<io::Result<()>>()).await;
    assert_eq!(run.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[test]
fn outside_of_tokio_async_io_waits() {
    async_io::block_on(all());
}

#[test]
fn inside_of_tokio_its_own_timer_waits() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    // On a paused clock, so that it is tokio's.
    runtime.block_on(async {
        all().await;
        let before = std::time::Instant::now();
        let hour = Policy::DEFAULT.with_deadline(Duration::from_secs(3600));
        assert!(hour.run(|_| pending::<io::Result<()>>()).await.is_err());
        assert!(before.elapsed() < Duration::from_secs(600));
    });
}

#[test]
fn a_tokio_runtime_without_a_timer_says_what_to_do() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let call = std::panic::AssertUnwindSafe(|| runtime.block_on(hang()));
    let panic = std::panic::catch_unwind(call).unwrap_err();
    let words = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    assert!(words.contains("enable_time"), "{words}");
}
